package dev.sluice;

/// Decides what a client may do with the hub's channels. Without one, every client may do everything.
///
/// Read-only channels for all visitors; the program itself still publishes:
///
/// {@snippet class="dev.sluice.library.Examples" region="readonly"}
@FunctionalInterface
public interface Authorizer {
    /// Decides about one request to the hub's paths, before it is answered. A WebSocket or a session is asked
    /// once, when it is opened: the answer holds for all its messages. The program's own routes, the probes and
    /// the files of pages are not asked.
    ///
    /// A session's client may send a token later. For each, this is asked again, with the request that opened
    /// the session and the token in `Authorization` instead of its credentials. To refuse it, answer with
    /// another user.
    ///
    /// Runs on a virtual thread and may block, for example to ask a database. It is interrupted when the client
    /// disconnects or the server closes. If it throws, the request is answered with 500, and nothing is permitted.
    /// A page of the program, which is for everybody, is shown all the same.
    ///
    /// @param request without a body: it has not been read yet
    Access authorize(Request request) throws Exception;
}
