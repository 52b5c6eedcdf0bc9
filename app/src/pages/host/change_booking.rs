//! `/host/bookings/{id}/reschedule` and `/cancel`: the host's side of changing a booking.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::{Actor, BookingView, view_booking};
use timetap_usecases::payments::refund_if_host_cancels;
use uuid::Uuid;

use super::whose::section_of;
use crate::components::layout::{HostLayout, Section};
use crate::page::address_id::host_and_id;
use crate::page::form::{FormState, Values, page_query, reply_to};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::Viewer;
use crate::pages::booking::cancel_page::CancelCard;
use crate::pages::booking::private_page::keep_private;
use crate::pages::booking::reschedule_page::{MovingCard, load_moving};
use crate::pages::booking::zone_choice::ZoneChoice;

/// The booking, while it can be changed, where its pages stand in the frame, and whether somebody else than its host is here;
/// else the way to its page.
async fn changeable(app: &TimeTap, (viewer, id): (Viewer, Uuid)) -> Result<(BookingView, Section, bool), PageError> {
    let actor = Actor::Host {
        user_id: viewer.user_id,
    };
    let booking = view_booking(app, id, &actor).await?.ok_or(PageError::NotFound)?;
    if booking.state.can_be_changed() && !booking.is_over {
        let section = section_of(&viewer, booking.host.user_id, Section::Bookings);
        let stands_in = booking.host.user_id != viewer.user_id;
        Ok((booking, section, stands_in))
    } else {
        Err(PageError::Redirect(format!("/host/bookings/{id}")))
    }
}

/// `/host/bookings/:id/reschedule`.
#[component]
pub fn HostReschedulePage() -> impl IntoView {
    let (app, asked, query, reply) = (timetap(), host_and_id(), page_query(), reply_to(""));
    let form = FormState::new("", Values::default());
    keep_private();
    load_page(async move {
        let (booking, section, stands_in) = changeable(&app, asked?).await?;
        if !booking.takes_a_time {
            let back = format!("/host/bookings/{}", booking.appointment.id);
            return Err(PageError::Redirect(back));
        }
        // The host thinks in the host's own zone, whatever this browser believes.
        let zone = ZoneChoice::find_for_host(&query, reply.as_ref(), &booking.host.time_zone);
        let moving = load_moving(&app, &booking, zone, &query, reply.as_ref(), true).await?;
        let back = format!("/host/bookings/{}", booking.appointment.id);
        Ok(view! {
            <PageTitle text="Choose another time · TimeTap"/>
            <HostLayout current=section>
                <MovingCard booking=booking form=form moving=moving back=back by_host=true stands_in=stands_in/>
            </HostLayout>
        })
    })
}

/// `/host/bookings/:id/cancel`.
#[component]
pub fn HostCancelPage() -> impl IntoView {
    let (app, asked) = (timetap(), host_and_id());
    let form = FormState::new("", Values::default());
    keep_private();
    load_page(async move {
        let (booking, section, stands_in) = changeable(&app, asked?).await?;
        let back = format!("/host/bookings/{}", booking.appointment.id);
        let action = format!("{back}/cancel");
        let name = &booking.appointment.customer_name;
        let money = match refund_if_host_cancels(&app, &booking.appointment).await? {
            Some(money) if money.minor > 0 => Some(format!(
                "{money} goes back to {name}: all that was paid for it, whatever the refund rules say."
            )),
            Some(_) if booking.appointment.run != 0 => Some(format!(
                "{name} has not paid for this week yet: what is charged for it goes back by itself."
            )),
            _ => None,
        };
        Ok(view! {
            <PageTitle text="Cancel this booking · TimeTap"/>
            <HostLayout current=section>
                <div class="max-w-xl w-full">
                    <CancelCard booking=booking form=form action=action back=back by_host=true money=money stands_in=stands_in/>
                </div>
            </HostLayout>
        })
    })
}
