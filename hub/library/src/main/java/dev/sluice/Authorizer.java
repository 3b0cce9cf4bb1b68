package dev.sluice;

/// Decides what a client may do with the hub's channels. Without one, every client may do everything.
///
/// Read-only channels for all visitors; the program itself still publishes:
///
/// {@snippet class="dev.sluice.library.Examples" region="readonly"}
@FunctionalInterface
public interface Authorizer {
    /// Decides about one request to the hub's paths, before it is answered. For a WebSocket or a session, it
    /// is called once, when that is opened; the answer applies to all its messages. It is not called for the
    /// program's own routes, the probes and the files of pages.
    ///
    /// A session's client may send a token later. For each token, this is called again, with the request that
    /// opened the session and the token in `Authorization` instead of its credentials. To refuse the token,
    /// return another user.
    ///
    /// Runs on a virtual thread and may block, for example to ask a database. It is interrupted when the
    /// client disconnects or the server closes. If it throws, the request is answered with 500, and nothing
    /// is permitted. A page of the program, which is public, is shown nevertheless.
    ///
    /// @param request the request without its body, which has not been read yet
    Access authorize(Request request) throws Exception;
}
