//! People, hosts and forms for the tests.

use sea_orm::{EntityTrait, IntoActiveModel};
use timetap_core::role::Role;
use timetap_core::slots::DayWindow;
use timetap_store::entities::user;
use timetap_usecases::hosts::{
    BookingRules, BookingRulesForm, OverrideForm, ProfileForm, QuestionForm, ServiceForm, WeeklyHoursForm, WindowForm,
    save_profile,
};
use timetap_usecases::{FieldErrors, TimeTap};
use uuid::Uuid;

pub async fn add_person(app: &TimeTap, email: &str, role: Role) -> Uuid {
    let now = app.clock.now();
    let id = app.entropy.uuid(now);
    let row = user::Model {
        id,
        email: email.to_owned(),
        email_key: email.to_owned(),
        name: "Anna Lind".to_owned(),
        role: role.as_str().to_owned(),
        manager_id: None,
        phone: None,
        wants_all_events: false,
        password_hash: None,
        email_verified_at: Some(now.into()),
        disabled_at: None,
        created_at: now.into(),
        updated_at: now.into(),
    };
    user::Entity::insert(row.into_active_model())
        .exec_without_returning(app.db.writer())
        .await
        .unwrap();
    id
}

pub fn profile(slug: &str) -> ProfileForm {
    ProfileForm {
        display_name: "Anna Lind".to_owned(),
        slug: slug.to_owned(),
        time_zone: "Europe/Madrid".to_owned(),
        ..ProfileForm::default()
    }
}

pub async fn add_host(app: &TimeTap, slug: &str) -> Uuid {
    let id = add_person(app, &format!("{slug}@example.org"), Role::Staff).await;
    save_profile(app, id, profile(slug)).await.unwrap();
    id
}

pub fn window(from: &str, to: &str) -> WindowForm {
    WindowForm {
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

/// Hours of some days, 0 for Monday.
pub fn week(days: &[(usize, &[(&str, &str)])]) -> WeeklyHoursForm {
    let mut form = WeeklyHoursForm::default();
    for (day, windows) in days {
        form.days[*day] = windows.iter().map(|(from, to)| window(from, to)).collect();
    }
    form
}

pub fn rules_form() -> BookingRulesForm {
    BookingRulesForm::from(&BookingRules::default())
}

pub fn closed_on(date: &str) -> OverrideForm {
    OverrideForm {
        date: date.to_owned(),
        kind: "closed".to_owned(),
        ..OverrideForm::default()
    }
}

pub fn hours_on(date: &str, windows: &[(&str, &str)]) -> OverrideForm {
    OverrideForm {
        date: date.to_owned(),
        kind: "hours".to_owned(),
        windows: windows.iter().map(|(from, to)| window(from, to)).collect(),
        ..OverrideForm::default()
    }
}

pub fn service(title: &str) -> ServiceForm {
    ServiceForm {
        title: title.to_owned(),
        duration_minutes: "60".to_owned(),
        location_kind: "google_meet".to_owned(),
        active: true,
        ..ServiceForm::default()
    }
}

pub fn question(id: &str, label: &str, kind: &str, options: &str) -> QuestionForm {
    QuestionForm {
        id: id.to_owned(),
        label: label.to_owned(),
        kind: kind.to_owned(),
        options: options.to_owned(),
        required: false,
    }
}

pub fn only(errors: &FieldErrors) -> (String, String) {
    let all: Vec<(&str, &str)> = errors.iter().collect();
    assert_eq!(all.len(), 1, "{all:?}");
    (all[0].0.to_owned(), all[0].1.to_owned())
}

pub fn day(start_minute: u16, end_minute: u16) -> DayWindow {
    DayWindow {
        start_minute,
        end_minute,
    }
}
