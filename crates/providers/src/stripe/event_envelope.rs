//! The outside of an event: what kind it is and which object it is about. The object inside is a picture of some moment and
//! of the endpoint's API version; what is true now is asked for by its id.

use jiff::Timestamp;
use serde::Deserialize;

/// Why a body is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message is no event of Stripe")]
pub struct EnvelopeError;

/// An event of Stripe, as far as it concerns us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventEnvelope {
    /// Its id, `evt_…`.
    pub id: String,
    /// Its type, such as `checkout.session.completed`.
    pub kind: String,
    /// When it happened.
    pub created: Timestamp,
    /// The id of the object that it is about; a few kinds have none.
    pub object_id: Option<String>,
    /// Whether real money is meant.
    pub livemode: bool,
}

#[derive(Deserialize)]
struct Body {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    #[serde(default)]
    livemode: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    id: Option<String>,
}

/// No id or type of Stripe's is longer (docs.stripe.com/upgrades: ids are at most 255 characters).
const MAX_WORD: usize = 255;

impl EventEnvelope {
    /// Reads the body of a webhook message whose signature was verified. What is inside and not looked at may be anything.
    ///
    /// # Errors
    /// It is no event.
    pub fn read(body: &[u8]) -> Result<Self, EnvelopeError> {
        let body: Body = serde_json::from_slice(body).map_err(|_| EnvelopeError)?;
        let words = [Some(&body.id), Some(&body.kind), body.data.object.id.as_ref()];
        for word in words.into_iter().flatten() {
            let plain = word.bytes().all(|byte| byte.is_ascii_graphic());
            if word.is_empty() || word.len() > MAX_WORD || !plain {
                return Err(EnvelopeError);
            }
        }
        Ok(Self {
            created: Timestamp::from_second(body.created).map_err(|_| EnvelopeError)?,
            id: body.id,
            kind: body.kind,
            object_id: body.data.object.id,
            livemode: body.livemode,
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn an_event_of_any_version_is_read() {
        let body = br#"{"object":"event","id":"evt_1","type":"invoice.paid","created":1700000000,"livemode":true,
            "api_version":"2099-01-01.later","data":{"object":{"id":"in_1","new":{"field":[1]}},"previous_attributes":{}}}"#;
        let event = EventEnvelope::read(body).unwrap();
        assert_eq!((event.id.as_str(), event.kind.as_str()), ("evt_1", "invoice.paid"));
        assert_eq!((event.object_id.as_deref(), event.livemode), (Some("in_1"), true));
        assert_eq!(event.created.as_second(), 1_700_000_000);
    }

    #[rstest]
    #[case("")]
    #[case("[]")]
    #[case("{\"id\":\"evt_1\"}")]
    #[case(r#"{"id":"","type":"t","created":1,"data":{"object":{}}}"#)]
    #[case(r#"{"id":"evt 1","type":"t","created":1,"data":{"object":{}}}"#)]
    #[case(r#"{"id":"evt_1","type":"t\u0000","created":1,"data":{"object":{}}}"#)]
    #[case(r#"{"id":"evt_1","type":"t","created":1e300,"data":{"object":{}}}"#)]
    #[case(r#"{"id":"evt_1","type":"t","created":9223372036854775807,"data":{"object":{}}}"#)]
    #[case(r#"{"id":"evt_1","type":"t","created":1,"data":{"object":{"id":7}}}"#)]
    fn what_is_no_event_is_refused(#[case] body: &str) {
        assert_eq!(EventEnvelope::read(body.as_bytes()), Err(EnvelopeError));
        let long = format!(
            r#"{{"id":"{}","type":"t","created":1,"data":{{"object":{{}}}}}}"#,
            "e".repeat(256)
        );
        assert_eq!(EventEnvelope::read(long.as_bytes()), Err(EnvelopeError));
    }
}
