package dev.sluice.demos.typewriter;

import dev.sluice.Channel;
import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.core.log.Appended;
import dev.sluice.demos.typewriter.Author.Question;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The answers that are being written, each in a channel and on a virtual thread of its own, and the latest
/// that have been. May be used from any thread.
final class Answers implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Answers.class.getName());

    /// Each may cost a conversation with a model.
    private static final int UNDER_WAY_MAX = 8;

    /// So many can still be read when they are done: they are the hub's memory.
    private static final int KEPT_MAX = 32;

    private final Author author;
    private final Set<Thread> underWay = new HashSet<>();
    private final Queue<Channel> kept = new ArrayDeque<>();
    private @Nullable Sluice server;
    private boolean isClosed;

    Answers(Author author) {
        this.author = author;
    }

    /// Before the first answer: the server whose hub they go to.
    synchronized void use(Sluice server) {
        this.server = server;
    }

    static String channel(String id) {
        return "typewriter/" + id;
    }

    /// Begins to answer.
    ///
    /// @return the answer's id, which nobody can guess; empty: enough are being written
    synchronized Optional<String> begin(Question question) {
        if (isClosed || underWay.size() == UNDER_WAY_MAX) return Optional.empty();
        Sluice hub = Objects.requireNonNull(server, "use(…) comes first");
        String id = UUID.randomUUID().toString();
        Thread thread = Thread.ofVirtual()
                .name("sluice answer " + id)
                .unstarted(() -> run(question, hub, hub.channel(channel(id))));
        underWay.add(thread);
        thread.start();
        return Optional.of(id);
    }

    private void run(Question question, Sluice hub, Channel channel) {
        // Whoever ends the channel wants no more, also while the author still thinks.
        Thread writer = Thread.currentThread();
        var end = hub.channels(channel.name()).onEnd(writer::interrupt).subscribe(_ -> {});
        try {
            write(question, channel);
        } finally {
            end.close();
            ended(channel);
        }
    }

    private void write(Question question, Channel channel) {
        try {
            author.write(question, piece -> channel.publish(piece) instanceof Appended.Placed);
            channel.close();
        } catch (Trouble trouble) {
            String before = channel.latest().isPresent() ? "\n\n" : ""; // Readers of raw text see no border.
            channel.publish(Message.text(before + trouble.in(question.language()))
                    .type("trouble")
                    .closing());
        } catch (InterruptedException stopped) {
            channel.close(); // Nothing changes if that is what stopped it.
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "an answer failed", failure);
            channel.publish(Message.text(Trouble.ours().in(question.language()))
                    .type("trouble")
                    .closing());
        }
    }

    private synchronized void ended(Channel channel) {
        underWay.remove(Thread.currentThread());
        kept.add(channel);
        if (kept.size() > KEPT_MAX) kept.remove().delete();
        notifyAll();
    }

    /// Stops all authors and waits for them.
    @Override
    public synchronized void close() {
        isClosed = true;
        underWay.forEach(Thread::interrupt);
        try {
            while (!underWay.isEmpty()) wait();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
