//! `/bookings/{id}/reschedule`: the same card of times, for a booking that stands already.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_core::times::{format_when, zone_label};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::BookingView;

use super::cancel_page::in_whose_name;
use super::chosen_time::{ChosenTime, NearestTimes, Wish};
use super::own_booking::own_booking;
use super::picker::Picker;
use super::picker_view::PickerPlace;
use super::private_page::keep_private;
use super::subject::Subject;
use super::zone_choice::{ZoneChoice, ZoneForm};
use crate::components::field::TextAreaField;
use crate::components::form_summary::FormSummary;
use crate::components::layout::PublicLayout;
use crate::page::address_id::address_id;
use crate::page::form::{FormReply, FormState, Values, page_query, reply_to};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;

/// `/bookings/:id/reschedule`, for the customer.
#[component]
pub fn ReschedulePage() -> impl IntoView {
    let (app, viewer, query, reply) = (timetap(), viewer(), page_query(), reply_to(""));
    let id = address_id();
    let form = FormState::new("", Values::default());
    keep_private();
    load_page(async move {
        let (booking, back) = own_booking(&app, id?, &query, viewer).await?;
        if !booking.can_change || !booking.takes_a_time {
            return Err(PageError::Redirect(back));
        }
        let zone = ZoneChoice::find(&query, reply.as_ref(), &booking.appointment.customer_time_zone);
        let moving = load_moving(&app, &booking, zone, &query, reply.as_ref(), false).await?;
        Ok(view! {
            <PageTitle text="Choose another time · TimeTap"/>
            <PublicLayout>
                <MovingCard booking=booking form=form moving=moving back=back by_host=false/>
            </PublicLayout>
        })
    })
}

/// Everything that the card of a booking which is moved needs.
#[derive(Clone, Debug)]
pub struct MovingView {
    zone: ZoneChoice,
    label: String,
    place: PickerPlace,
    time: ChosenTime,
}

/// Loads it, for either side.
pub async fn load_moving(
    app: &TimeTap,
    booking: &BookingView,
    zone: ZoneChoice,
    query: &Values,
    reply: Option<&FormReply>,
    by_host: bool,
) -> Result<MovingView, PageError> {
    let subject = Subject::booking(booking, by_host);
    let day = zone.zone.time_zone().to_datetime(booking.span.start).date();
    let wish = Wish::find(query, reply).or_day(day);
    let time = ChosenTime::load(app, &subject, &zone.zone, wish)
        .await?
        .ok_or(PageError::NotFound)?;
    let id = booking.appointment.id;
    let place = if by_host {
        PickerPlace {
            subject: format!("hosted:{id}"),
            token: String::new(),
            item: String::new(),
            zone: zone.zone.as_str().to_owned(),
            zone_chosen: zone.chosen,
        }
    } else {
        PickerPlace {
            subject: format!("booking:{id}"),
            token: booking.capability.clone(),
            item: String::new(),
            zone: zone.zone.as_str().to_owned(),
            zone_chosen: zone.chosen,
        }
    };
    let label = zone_label(zone.zone.time_zone(), app.clock.now());
    Ok(MovingView {
        zone,
        label,
        place,
        time,
    })
}

/// The card: what is moved on the left, the times on the right.
#[component]
pub fn MovingCard(
    booking: BookingView,
    form: FormState,
    moving: MovingView,
    back: String,
    by_host: bool,
    /// Whether somebody else does it in the host's place.
    #[prop(optional)]
    stands_in: bool,
) -> impl IntoView {
    let told = stands_in.then(|| in_whose_name(&booking));
    let MovingView {
        zone,
        label,
        place,
        time,
    } = moving;
    let keep = Values::from_pairs([
        ("month", time.view.month.clone()),
        (
            "day",
            time.view.day.as_ref().map(|day| day.date.clone()).unwrap_or_default(),
        ),
        (
            "slot",
            time.chosen.as_ref().map(|slot| slot.start.clone()).unwrap_or_default(),
        ),
    ]);
    let other = if by_host {
        booking.appointment.customer_name.clone()
    } else {
        booking.host.display_name.clone()
    };
    let now = format_when(booking.span, zone.zone.time_zone());
    let address = place.href("", "", "");
    let (gone, stale) = (time.gone, time.is_stale());
    let nearest = gone.then(|| {
        let (time, place) = (time.clone(), place.clone());
        view! { <NearestTimes time=time place=place hint=None/> }
    });
    let (above, within) = if stale { (nearest, None) } else { (None, nearest) };
    let shown_zone = place.zone.clone();
    view! {
        <div class="tt-card tt-booking">
            <div class="flex flex-col gap-4">
                <h1>"Choose another time"</h1>
                <p class="font-medium">{format!("{} with {other}", booking.appointment.service_title)}</p>
                <p class="tt-figures tt-muted"><span class="block">"Now:"</span>{now}</p>
                {told}
                <ZoneForm choice=zone label=label path=place.path() token=place.token.clone() keep=keep/>
                <a class="tt-link inline-flex items-center min-h-11 self-start" href=back>"Leave it as it is"</a>
            </div>
            <form method="post" action=address class="flex flex-col gap-6 min-w-0">
                {(!gone).then(|| view! { <FormSummary form=form.clone()/> })}
                {above}
                <Picker
                    place=place
                    view=time.view.clone()
                    chosen=time.to_send()
                    gone=gone && !stale
                    action="Move the booking"
                >
                    {within}
                    <div class="flex flex-col gap-4 max-w-xl">
                        <input type="hidden" name="time_zone" value=shown_zone/>
                        <TextAreaField
                            form=form.clone()
                            name="message"
                            label=format!("A word to {other}")
                            maxlength=1000
                            rows=3
                            optional=true
                        />
                    </div>
                </Picker>
            </form>
        </div>
    }
}
