package dev.sluice.server.session;

import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The messages of a session's client that arrived in requests and wait to be handled. A body counts towards the
/// budget of publishes until its last message is handled. Used only on the event loop of the session's connection.
final class PostedMessages {
    private static final class Post {
        private final byte[] body;
        private final CompletableFuture<Boolean> handled;
        private int at;

        Post(byte[] body, CompletableFuture<Boolean> handled) {
            this.body = body;
            this.handled = handled;
        }

        /// The next line that is not empty; null if there is none.
        byte @Nullable [] next() {
            while (at < body.length) {
                int from = at;
                while (at < body.length && body[at] != '\n') at++;
                int end = at++;
                if (end > from) return Arrays.copyOfRange(body, from, end);
            }
            return null;
        }
    }

    private final InFlightBytes.EvictableHolder held;
    private final ArrayDeque<Post> posts = new ArrayDeque<>(1);

    /// @param held evicts the session, whose bodies it holds
    PostedMessages(InFlightBytes.EvictableHolder held) {
        this.held = held;
    }

    /// Adds the messages of a body, one a line.
    ///
    /// @param handled completed with true once all are handled, with false if some are dropped; fails with
    ///     [ProblemException] if the budget has no room for the body
    void add(byte[] body, CompletableFuture<Boolean> handled) {
        try {
            held.take(body.length);
        } catch (ProblemException full) {
            handled.completeExceptionally(full);
            return;
        }
        posts.add(new Post(body, handled));
    }

    boolean isEmpty() {
        return posts.isEmpty();
    }

    /// The next message of the oldest body; null if it has no further one.
    byte @Nullable [] next() {
        return posts.element().next();
    }

    /// Completes the oldest body: all of its messages are handled.
    void complete() {
        remove().complete(true);
    }

    /// Completes the oldest body if some of its messages are handled.
    void completeBegun() {
        if (!isEmpty() && posts.element().at > 0) end();
    }

    /// Completes the oldest body, after which none of its messages is handled.
    private void end() {
        boolean isHandled = next() == null;
        remove().complete(isHandled);
    }

    /// Drops the rest of the oldest body, because one of its messages could not be handled.
    void fail(Problem problem) {
        if (!isEmpty()) remove().completeExceptionally(new ProblemException(problem));
    }

    private CompletableFuture<Boolean> remove() {
        Post oldest = posts.remove();
        held.giveBack(oldest.body.length);
        return oldest.handled;
    }

    /// Drops all messages, because the session is over.
    void drop() {
        while (!isEmpty()) end();
        held.giveBackAll();
    }

    /// Sets whether the messages wait for the client, which has to read answers first, or for the server. Only in the
    /// first case the session may be evicted.
    void waitForClient(boolean isClient) {
        if (isClient && !isEmpty()) held.await();
        else held.settle();
    }
}
