package dev.sluice.server.http;

import io.netty.channel.Channel;

/// One request and the way to answer it: exactly one of `answer`, [#refuse] and [#takeOver], once. All calls belong on
/// the connection's event loop; whoever waits for something elsewhere comes back to it with [#run].
public interface Exchange {
    Request request();

    Channel channel();

    /// Sends a whole answer and takes over its body. Length, `Connection`, `HEAD`, HTTP/1.0 and the headers that every
    /// answer has are seen to. If the client has left, nothing happens. An answer may come while the body is still
    /// being read: nothing more of it is delivered then.
    void answer(Answer answer);

    /// The same with a body that is made as the client takes it. It is closed in any case.
    void answer(Answer head, AnswerBody body);

    /// Sends a refusal as `application/problem+json`.
    default void refuse(Problem problem) {
        answer(Answer.problem(problem));
    }

    /// Sends this head at once and hands over the connection for a body without end, or for another protocol when the
    /// status is `101`. The codec and our handlers leave the pipeline; what the client has sent since goes to the
    /// handlers that the caller adds before it returns to the event loop.
    TakeOver takeOver(Answer head);

    /// Keeps the answer for pages of the server's own origin and those that it allows: refuses what a page of another
    /// site asks for without an `Origin`, and tells browsers to give the answer to no such page
    /// (`Cross-Origin-Resource-Policy`, Fetch §3.7). `docs/protocol.md` §5.
    ///
    /// @throws Refused if this is such a request
    void isolate();

    /// Asks for the request's body, once; answers `Expect: 100-continue`. Parts come on the event loop, the first may
    /// come before this returns control to the event loop but never from within this call.
    Flow body(BodyReader reader, Pace pace);

    /// A body that is to be there soon.
    default Flow body(BodyReader reader) {
        return body(reader, Pace.PROMPT);
    }

    /// Calls `listener` if the client leaves before the answer. Called at once if it has left already.
    void closed(Runnable listener);

    /// Whether the request has been answered or its client is gone: then there is nothing more to do for it.
    boolean isOver();

    /// Does a step of the work on the event loop, at once if that is where the caller is. [Refused] becomes the answer,
    /// and so does any other exception, as `500`; nothing happens once the exchange [is over][#isOver].
    void run(Runnable step);

    /// How long a body may take.
    enum Pace {
        /// Has to come in steadily, else `408`: [HttpSettings#bodyGrace].
        PROMPT,
        /// May pause for as long as it likes, as the output of a program that has nothing to say just now, except
        /// [midway][BodyReader#isMidway].
        OPEN_ENDED
    }
}
