//! `events.watch`: opens a push channel for a calendar.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Host, Url};

use super::channels::Channel;
use crate::{
    google::{answer::Answer, errors::ApiError, request::Incoming, turn::Turn},
    world::Later,
};

const LONGEST_ID: usize = 64;
const LONGEST_TOKEN: usize = 256;
const USUAL_LIFE_SECONDS: i64 = 604_800;
/// Google publishes no maximum; production code asks for 30 days and gets them.
const LONGEST_LIFE_SECONDS: i64 = 30 * 86_400;

pub(super) fn watch_events(
    turn: &mut Turn<'_>,
    account: &str,
    calendar: &str,
    incoming: &Incoming,
) -> Result<Answer, ApiError> {
    let body = incoming.json()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let id = text("id").ok_or_else(|| ApiError::required("Required: id"))?;
    let usable = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+/=".contains(&byte);
    if id.len() > LONGEST_ID || !id.bytes().all(usable) {
        return Err(ApiError::new(400, "global", "invalidChannelId", "Invalid channel id"));
    }
    if !matches!(text("type"), Some("web_hook" | "webhook")) {
        return Err(ApiError::new(
            400,
            "global",
            "channelUnknownType",
            "Unknown channel type",
        ));
    }
    let address = text("address").ok_or_else(|| ApiError::required("Required: address"))?;
    if !is_callback(address) {
        let message = format!("WebHook callback must be HTTPS: {address}");
        return Err(ApiError::new(400, "global", "push.webhookUrlNotHttps", message));
    }
    let token = text("token");
    if token.is_some_and(|token| token.len() > LONGEST_TOKEN) {
        return Err(ApiError::invalid("Channel token is too long."));
    }
    if turn.world.channels.open.contains_key(id) {
        return Err(ApiError::new(
            400,
            "global",
            "channelIdNotUnique",
            "Channel id not unique",
        ));
    }
    let now = turn.now.as_millisecond();
    let expires = read_expiry(&body, now)?;
    let digest = Sha256::digest(calendar.as_bytes());
    let resource_id = BASE64URL_NOPAD.encode(&digest[..20]);
    let path: String = url::form_urlencoded::byte_serialize(calendar.as_bytes()).collect();
    let resource_uri = format!("{}/calendar/v3/calendars/{path}/events?alt=json", turn.base_url);
    turn.world.channels.open.retain(|_, channel| channel.expires > now);
    let channel = Channel {
        id: id.to_owned(),
        account: account.to_owned(),
        calendar: calendar.to_owned(),
        resource_id: resource_id.clone(),
        resource_uri: resource_uri.clone(),
        address: address.to_owned(),
        token: token.map(str::to_owned),
        expires,
        last_number: 1,
        held: None,
    };
    turn.world.channels.open.insert(id.to_owned(), channel);
    // The first message may well arrive before this answer does.
    turn.later(Later::Notify {
        channel: id.to_owned(),
        numbers: vec![1],
        state: "sync",
        delay: std::time::Duration::ZERO,
    });
    let mut channel = json!({
        "kind": "api#channel", "id": id, "resourceId": resource_id, "resourceUri": resource_uri,
        "expiration": expires.to_string(),
    });
    if let Some(token) = token {
        channel["token"] = json!(token);
    }
    Ok(Answer::json(200, &channel).with_effect())
}

/// HTTPS, as Google asks; and plain HTTP to this machine, so that a server in development can be told.
fn is_callback(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

/// The end of the channel in epoch milliseconds: the time asked for, or the life, or a week.
fn read_expiry(body: &Value, now: i64) -> Result<i64, ApiError> {
    let number = |value: Option<&Value>| match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => text.parse::<i64>().map(Some).map_err(|_| ApiError::parse_error()),
        Some(other) => other.as_i64().map(Some).ok_or_else(ApiError::parse_error),
    };
    let asked = match (number(body.get("expiration"))?, number(body.pointer("/params/ttl"))?) {
        (Some(at), _) => at,
        (None, Some(seconds)) => now.saturating_add(seconds.saturating_mul(1_000)),
        (None, None) => now + USUAL_LIFE_SECONDS * 1_000,
    };
    if asked <= now {
        return Err(ApiError::invalid("Invalid channel expiration time."));
    }
    Ok(asked.min(now + LONGEST_LIFE_SECONDS * 1_000))
}
