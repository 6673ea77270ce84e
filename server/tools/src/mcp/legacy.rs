//! Requests that servers of earlier versions of the protocol know, and those of later ones no longer.
#![expect(deprecated, reason = "they are deprecated in later versions only")]

use rmcp::model::{
    ClientRequest, SubscribeRequest, SubscribeRequestParams, UnsubscribeRequest,
    UnsubscribeRequestParams,
};

/// Asks to be told when a resource changes.
pub(super) fn subscribe(uri: &str) -> ClientRequest {
    ClientRequest::SubscribeRequest(SubscribeRequest::new(SubscribeRequestParams::new(uri)))
}

/// Asks to be told no longer.
pub(super) fn unsubscribe(uri: &str) -> ClientRequest {
    ClientRequest::UnsubscribeRequest(UnsubscribeRequest::new(UnsubscribeRequestParams::new(uri)))
}
