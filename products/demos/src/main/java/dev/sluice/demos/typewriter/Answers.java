package dev.sluice.demos.typewriter;

import dev.sluice.Channel;
import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.demos.typewriter.AnswerGenerator.Question;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The answers in progress, each with its own channel and virtual thread, and the latest finished ones. Safe
/// for use by many threads.
public final class Answers implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Answers.class.getName());

    /// Limit for answers in progress, because each may use a paid model.
    private static final int RUNNING_MAX = 8;

    /// Limit for finished answers that stay readable, because they occupy the hub's memory.
    private static final int FINISHED_MAX = 32;

    private final AnswerGenerator author;
    private final Set<Thread> running = new HashSet<>();
    private final Queue<Channel> finished = new ArrayDeque<>();
    private @Nullable Sluice server;
    private boolean isClosed;

    public Answers(AnswerGenerator author) {
        this.author = author;
    }

    /// Sets the server to whose hub the answers are published. Called before the first answer.
    public synchronized void use(Sluice server) {
        this.server = server;
    }

    public static String channel(String id) {
        return "typewriter/" + id;
    }

    /// Starts an answer.
    ///
    /// @return the answer's id, which cannot be guessed; empty if too many answers are in progress
    public synchronized Optional<String> begin(Question question) {
        if (isClosed || running.size() == RUNNING_MAX) return Optional.empty();
        Sluice hub = Objects.requireNonNull(server, "use(…) must be called first");
        String id = UUID.randomUUID().toString();
        Thread thread = Thread.ofVirtual()
                .name("sluice answer " + id)
                .unstarted(() -> run(question, hub, hub.channel(channel(id))));
        running.add(thread);
        thread.start();
        return Optional.of(id);
    }

    private void run(Question question, Sluice hub, Channel channel) {
        // A client stops an answer by ending the channel, even while the author waits for the model.
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
            author.write(question, piece -> channel.publish(piece).isStored());
            channel.close();
        } catch (IncompleteAnswerException incomplete) {
            String before = channel.latest().isPresent() ? "\n\n" : ""; // In raw text nothing separates the events.
            channel.publish(Message.text(before + incomplete.in(question.language()))
                    .type("trouble")
                    .closing());
        } catch (InterruptedException stopped) {
            channel.close(); // Has no effect if the end of the channel was the reason for the interrupt.
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "an answer failed", failure);
            channel.publish(Message.text(IncompleteAnswerException.ours().in(question.language()))
                    .type("trouble")
                    .closing());
        }
    }

    private synchronized void ended(Channel channel) {
        running.remove(Thread.currentThread());
        finished.add(channel);
        if (finished.size() > FINISHED_MAX) finished.remove().delete();
        notifyAll();
    }

    /// Stops all authors and waits for them.
    @Override
    public synchronized void close() {
        isClosed = true;
        running.forEach(Thread::interrupt);
        try {
            while (!running.isEmpty()) wait();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
