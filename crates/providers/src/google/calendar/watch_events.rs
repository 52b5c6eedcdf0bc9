//! `events.watch`: asks Google to call when a calendar changes. The call is a hint and may never come; polling stays.

use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use url::Url;

use super::super::{GoogleClient, GoogleError};

/// A wish for notifications.
#[derive(Debug, Clone)]
pub struct WatchRequest {
    /// Ours, unguessable, at most 64 characters, never used twice.
    pub channel_id: String,
    /// Comes back with every notification; compare in constant time. At most 256 characters.
    pub token: SecretString,
    /// Where Google shall call; HTTPS with a valid certificate (the sandbox also takes http on the loopback).
    pub address: Url,
    /// How long we would like it; Google decides.
    pub ttl: Duration,
}

/// A channel as Google opened it. There is no renewal: open the next one, then stop this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Ours.
    pub id: String,
    /// Google's; needed to stop the channel, and to check notifications.
    pub resource_id: String,
    /// When it ends by itself, if Google says so.
    pub expires_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireChannel {
    id: String,
    resource_id: String,
    #[serde(default, deserialize_with = "read_millis")]
    expiration: Option<Timestamp>,
}

/// Milliseconds, as a string in the discovery document and as a number in the guide: both are taken.
fn read_millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Millis {
        Number(i64),
        Text(String),
    }
    let millis = match Option::<Millis>::deserialize(deserializer)? {
        Some(Millis::Number(number)) => Some(number),
        Some(Millis::Text(text)) => text.parse().ok(),
        None => None,
    };
    Ok(millis.and_then(|millis| Timestamp::from_millisecond(millis).ok()))
}

/// What the reader of a new channel makes of `body`.
pub(crate) fn read_channel_body(body: &[u8]) -> Option<String> {
    let channel: WireChannel = serde_json::from_slice(body).ok()?;
    Some(format!(
        "{} {} {:?}",
        channel.id, channel.resource_id, channel.expiration
    ))
}

impl GoogleClient {
    /// Opens a channel. The first notification (`sync`) may arrive before this returns.
    pub async fn watch_events(
        &self,
        access: &SecretString,
        calendar_id: &str,
        wish: &WatchRequest,
    ) -> Result<Channel, GoogleError> {
        let request = self
            .calendar_request(Method::POST, &["calendars", calendar_id, "events", "watch"], access)?
            .json(&json!({
                "id": wish.channel_id,
                "type": "web_hook",
                "address": wish.address.as_str(),
                "token": wish.token.expose_secret(),
                "params": { "ttl": wish.ttl.as_secs().to_string() },
            }));
        let channel: WireChannel = self.call("events.watch", request).await?.decode()?;
        Ok(Channel {
            id: channel.id,
            resource_id: channel.resource_id,
            expires_at: channel.expiration,
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(r#""1795168800000""#, Some(1_795_168_800_000))]
    #[case("1795168800000", Some(1_795_168_800_000))]
    #[case("null", None)]
    #[case(r#""later""#, None)]
    fn takes_both_forms_of_the_expiration(#[case] value: &str, #[case] millis: Option<i64>) {
        let json = format!(r#"{{"id":"c","resourceId":"r","expiration":{value}}}"#);
        let channel: WireChannel = serde_json::from_str(&json).unwrap();
        assert_eq!(channel.expiration.map(Timestamp::as_millisecond), millis);
    }

    #[test]
    fn the_expiration_may_be_absent() {
        let channel: WireChannel = serde_json::from_str(r#"{"id":"c","resourceId":"r"}"#).unwrap();
        assert_eq!(channel.expiration, None);
    }
}
