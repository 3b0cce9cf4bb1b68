package dev.sluice.server.http;

/// Back-pressure on a request's body. On the event loop only.
public interface Flow {
    /// No more parts until [#resume]; the client is held up by TCP's window.
    void pause();

    /// Goes on; parts come from a later turn of the event loop, never from within this call.
    void resume();
}
