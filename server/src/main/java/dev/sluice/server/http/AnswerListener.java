package dev.sluice.server.http;

/// Is notified of what the server answers, on the event loops: it must not block.
public interface AnswerListener {
    AnswerListener NONE = _ -> {};

    /// A request or message was refused, by an answer or in the format of its transport.
    void refused(Problem problem);
}
