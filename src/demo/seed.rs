//! Fills an empty demo through the same use cases that people go through.

use anyhow::Context;
use secrecy::SecretString;
use timetap_core::role::Role;
use timetap_sandbox::Sandbox;
use timetap_store::accounts::find_user::find_user_by_email;
use timetap_store::catalogue::set_manager::set_manager;
use timetap_usecases::TimeTap;
use timetap_usecases::accounts::{NewUser, create_user};
use timetap_usecases::hosts::{
    ProfileForm, QuestionForm, ServiceForm, WeeklyHoursForm, WindowForm, list_services, save_profile, save_service,
    save_weekly_hours,
};
use uuid::Uuid;

use super::connect_calendar::connect_calendar;
use super::people::{ADMIN, DemoHost, DemoService, HOSTS, PASSWORD};
use super::seed_shop::seed_shop;

/// Makes the people of the demo where they are not there yet.
///
/// # Errors
/// A use case refused, which says that the demo's own data broke a rule.
pub async fn seed(app: &TimeTap, sandbox: &Sandbox) -> anyhow::Result<()> {
    if find_user_by_email(app.db.reader(), ADMIN.0).await?.is_some() {
        return Ok(());
    }
    let mut helpers = Vec::new();
    for host in HOSTS {
        // Who gives work to others is their manager.
        let role = if host.has_shop { Role::Manager } else { Role::Staff };
        let user_id = person(app, host.email, host.name, role).await?;
        furnish(app, user_id, host)
            .await
            .with_context(|| format!("the demo host {}", host.slug))?;
        if host.helps_in_shop {
            helpers.push(user_id);
        }
        if host.has_shop {
            for helper in &helpers {
                // Nobody who may do so by the form is there yet.
                set_manager(app.db.writer(), *helper, Some(user_id), app.clock.now()).await?;
            }
            seed_shop(app, user_id, &helpers).await.context("the demo's shop")?;
        }
        if let Some(account) = host.google_account {
            connect_calendar(app, sandbox, user_id, account)
                .await
                .context("the demo's calendar")?;
        }
    }
    // Last, because it marks the seed as complete: an interrupted first start is a `--fresh` away.
    person(app, ADMIN.0, ADMIN.1, Role::Admin).await?;
    Ok(())
}

async fn person(app: &TimeTap, email: &str, name: &str, role: Role) -> anyhow::Result<Uuid> {
    if let Some(user) = find_user_by_email(app.db.reader(), email).await? {
        return Ok(user.id);
    }
    let new = NewUser {
        email: email.to_owned(),
        name: name.to_owned(),
        role,
        password: Some(SecretString::from(PASSWORD)),
        verified: true,
    };
    create_user(app, new)
        .await
        .with_context(|| format!("the demo account {email}"))
}

async fn furnish(app: &TimeTap, user_id: Uuid, host: &DemoHost) -> anyhow::Result<()> {
    let profile = ProfileForm {
        display_name: host.name.to_owned(),
        slug: host.slug.to_owned(),
        time_zone: "Europe/Madrid".to_owned(),
        about: host.about.to_owned(),
        phone: String::new(),
    };
    save_profile(app, user_id, profile).await?;
    let days = host.hours.map(|windows| {
        windows
            .iter()
            .map(|(from, to)| WindowForm {
                from: (*from).to_owned(),
                to: (*to).to_owned(),
            })
            .collect()
    });
    save_weekly_hours(app, user_id, WeeklyHoursForm { days }).await?;
    // A first profile comes with a service of its own: the demo's first one takes its place.
    let mut made = list_services(app, user_id).await?.into_iter().map(|service| service.id);
    for service in host.services {
        save_service(app, user_id, made.next(), form(service)).await?;
    }
    Ok(())
}

fn form(service: &DemoService) -> ServiceForm {
    ServiceForm {
        title: service.title.to_owned(),
        slug: service.slug.to_owned(),
        description: service.description.to_owned(),
        duration_minutes: service.minutes.to_owned(),
        location_kind: service.location.to_owned(),
        location_address: service.address.to_owned(),
        active: true,
        questions: service
            .question
            .iter()
            .map(|(label, required)| QuestionForm {
                id: "q1".to_owned(),
                label: (*label).to_owned(),
                kind: "line".to_owned(),
                options: String::new(),
                required: *required,
            })
            .collect(),
        ..ServiceForm::default()
    }
}
