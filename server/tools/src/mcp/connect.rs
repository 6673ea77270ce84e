//! Connecting to a server.

use std::{collections::HashMap, sync::Arc};

use engine::tool::{Call, Failure};
use rmcp::{
    ClientServiceExt as _, RoleClient,
    model::ProtocolVersion,
    service::{ClientInitializeError, ClientLifecycleMode, RunningService},
    transport::{
        IntoTransport, StreamableHttpClientTransport, async_rw::AsyncRwTransport,
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use tokio::process::{ChildStdin, ChildStdout};

use super::{
    config::{Address, Config, Program},
    ear::Ear,
    failure::{cancelled, of_connection, timed_out},
    limit,
    session::{Session, Stage},
};
use crate::{
    files::folder_for_command,
    process::{Command, Served, serve},
    web::{WebError, connection, host, hosts},
};

/// Connects for a call, within its time.
pub(super) async fn connect(config: Config, call: &Call) -> Result<Session, Failure> {
    let who = config.who();
    tokio::select! {
        session = greet(config, call) => session,
        () = call.cancel.cancelled() => Err(cancelled()),
        () = tokio::time::sleep(limit(call)) => Err(timed_out(&who, limit(call))),
    }
}

/// Greets a server as all of them understand it, else as only new ones do.
async fn greet(config: Config, call: &Call) -> Result<Session, Failure> {
    let refusal = match greet_as(&config, call, ClientLifecycleMode::Initialize).await? {
        Ok(session) => return Ok(session),
        Err(refusal) => refusal,
    };
    if refusal.is_final {
        return Err(refusal.failure);
    }
    let newest =
        ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::LATEST] };
    greet_as(&config, call, newest).await?.map_err(|_| refusal.failure)
}

/// A server that was there and did not want to speak.
struct Refusal {
    /// No other greeting will help.
    is_final: bool,
    failure: Failure,
}

async fn greet_as(
    config: &Config,
    call: &Call,
    greeting: ClientLifecycleMode,
) -> Result<Result<Session, Refusal>, Failure> {
    let ear = Arc::new(Ear::default());
    let (greeted, served, host) = match config {
        Config::Program(program) => {
            let (served, stdout, stdin) = start(program, call).await?;
            let transport = AsyncRwTransport::new_client(stdout, stdin);
            (over(transport, &ear, greeting).await, Some(served), None)
        }
        Config::Address(address) => {
            let host = host(&address.url);
            let transport = transport(address, call)?;
            let pass = call.hosts.enter(&host, &call.cancel).await?;
            let greeted = over(transport, &ear, greeting).await;
            match &greeted {
                Ok(_) | Err(ClientInitializeError::JsonRpcError(_)) => pass.answered(),
                Err(_) => pass.failed(),
            }
            (greeted, None, Some(host))
        }
    };
    match greeted {
        Ok(running) => {
            let stage = Stage { running, served };
            Ok(Ok(Session::new(config.clone(), ear, host, stage)))
        }
        Err(error) => {
            let words = match served {
                Some(served) => served.end().await,
                None => String::new(),
            };
            let is_final = !matches!(
                error,
                ClientInitializeError::JsonRpcError(_)
                    | ClientInitializeError::NoCompatibleProtocolVersion { .. }
            );
            let failure = of_connection(&error, config, &words);
            Ok(Err(Refusal { is_final, failure }))
        }
    }
}

async fn over<T, E, A>(
    transport: T,
    ear: &Arc<Ear>,
    greeting: ClientLifecycleMode,
) -> Result<RunningService<RoleClient, Arc<Ear>>, ClientInitializeError>
where
    T: IntoTransport<RoleClient, E, A>,
    E: std::error::Error + Send + Sync + 'static,
{
    Arc::clone(ear).serve_with_lifecycle(transport, greeting).await
}

async fn start(
    program: &Program,
    call: &Call,
) -> Result<(Served, ChildStdout, ChildStdin), Failure> {
    let Program { program, arguments, environment, folder } = program;
    let folder = folder_for_command(&call.place, folder)
        .map_err(|error| Failure::permanent(error.error_type, error.message))?;
    let command = Command {
        program: program.into(),
        arguments: arguments.iter().map(Into::into).collect(),
        environment: environment.iter().map(|(name, it)| (name.into(), it.into())).collect(),
        folder,
        marker: call.place.idempotency_key.clone(),
        kept: 0,
    };
    serve(command).await.map_err(|error| {
        let hint = if program.contains(' ') { "; its arguments belong into `args`" } else { "" };
        Failure::permanent("OSError", format!("`{program}` could not be started: {error}{hint}"))
    })
}

fn transport(
    address: &Address,
    call: &Call,
) -> Result<StreamableHttpClientTransport<reqwest::Client>, WebError> {
    let client = connection(&hosts(call), &address.url)?;
    let headers: HashMap<_, _> = address.headers.iter().cloned().collect();
    let config = StreamableHttpClientTransportConfig::with_uri(address.url.as_str());
    Ok(StreamableHttpClientTransport::with_client(client, config.custom_headers(headers)))
}
