package dev.sluice.server.publish;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Flow;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Refused;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A body of many events on its way into the log: handed over in order as they come, all that came while the log
/// was busy at once, acknowledged in order, held up while too many are not acknowledged yet. What the log has of it
/// when it breaks off stays; the answer says how much that is. Runs on its connection's event loop.
final class Upload implements BodyReader {
    private static final System.Logger LOG = System.getLogger(Upload.class.getName());

    /// An event that is not acknowledged yet.
    private static final class Pending {
        private final Publication publication;
        private final long line;
        private final int bytes;
        private final boolean counts;
        private @Nullable Appended outcome;
        private boolean failed;

        Pending(Publication publication, long line, int bytes, boolean counts) {
            this.publication = publication;
            this.line = line;
            this.bytes = bytes;
            this.counts = counts;
        }

        ChannelName channel() {
            return publication.draft().channel();
        }
    }

    private final Exchange exchange;
    private final Publisher publisher;
    private final PublishSettings settings;
    private final InFlightBytes inFlight;
    private final InFlightBytes.Holder handed; // Events that are for the log.
    private final InFlightBytes.Holder begun; // An event of which only the beginning has come.
    private final Source source;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>(); // The last of them, which nobody was given yet.
    private long pendingBytes;
    private int heldBytes;

    @SuppressWarnings("NullAway.Init") // Set by start, before anything comes.
    private Flow flow;

    private Runnable whenDone = () -> {};
    private boolean done;
    private boolean busy; // Some of it is handed over and not answered for.
    private CompletionStage<Boolean> placed = CompletableFuture.completedStage(true); // All that was handed over.
    private boolean paused;
    private boolean ending; // All of the body is here.
    private boolean complete; // And all of it is handed over.
    private boolean anyPlaced;
    private long count;
    private @Nullable Cursor last;
    private @Nullable Problem verdict;

    Upload(Exchange exchange, Publisher publisher, PublishSettings settings, InFlightBytes inFlight, Source source) {
        this.exchange = exchange;
        this.publisher = publisher;
        this.settings = settings;
        this.inFlight = inFlight;
        this.handed = inFlight.holder();
        this.begun = inFlight.holder(exchange.channel().eventLoop(), () -> exchange.run(this::giveWay));
        this.source = source;
    }

    void start() {
        exchange.closed(this::left);
        flow = exchange.body(this, Exchange.Pace.OPEN_ENDED);
    }

    /// Calls back once, when the upload is answered or its client has left.
    void whenDone(Runnable listener) {
        if (done) listener.run();
        else whenDone = listener;
    }

    /// The channel that all of it goes to has ended. If the body is all there, its appends say what that means: one of
    /// them may be the end. So it is if an upload with a key has placed nothing new yet, and may be a repetition.
    ///
    /// @param repeatable whether it has a key
    void channelEnded(ChannelName channel, boolean repeatable) {
        if (ending || (repeatable && !anyPlaced)) return;
        stop(Outcomes.ended(channel));
    }

    /// Takes no more of the body, and refuses the rest once what was handed over is acknowledged.
    private void stop(Problem problem) {
        if (done || verdict != null) return;
        verdict = problem;
        source.drop();
        hold(0);
        settle();
    }

    @Override
    public void data(ByteBuf part) {
        if (verdict != null) return; // It is read only because the client still sends.
        try {
            begun.moved(part.readableBytes());
            source.feed(part, this);
            hold(source.heldBytes());
        } catch (Refused refused) {
            stop(inLine(refused.problem(), source.line()));
        }
        steer();
    }

    /// What has begun has to come on: an upload may pause for as long as it likes, but between two events.
    @Override
    public boolean isMidway() {
        return heldBytes > 0;
    }

    @Override
    public void end() {
        ending = true;
        if (verdict == null) {
            try {
                source.end(this);
                complete = true;
            } catch (Refused refused) {
                stop(inLine(refused.problem(), source.line()));
            }
        }
        settle();
    }

    @Override
    public void failed(Problem why) {
        if (exchange.isOver()) left();
        else stop(why);
    }

    /// Takes the next event.
    ///
    /// @param bytes  of its data
    /// @param counts false for a channel's end, which is no event
    void append(Draft draft, Conditions conditions, long line, int bytes, boolean counts) {
        if (done) return; // Refused in the midst of a part; what is left of the part is not taken.
        handed.take(bytes);
        pendingBytes += bytes;
        var one = new Pending(new Publication(draft, conditions), line, bytes, counts);
        pending.add(one);
        waiting.add(one);
        handOver();
    }

    /// Gives the log all that waits, but only when it has answered for what came before: behind a refusal
    /// nothing may be placed, and a disk that was full may have room a moment later.
    private void handOver() {
        while (!busy && !waiting.isEmpty()) {
            busy = true;
            placed = place(takeWaiting());
        }
    }

    private List<Pending> takeWaiting() {
        List<Pending> group = List.copyOf(waiting);
        waiting.clear();
        return group;
    }

    /// Whether all of it is in the log.
    private CompletionStage<Boolean> place(List<Pending> group) {
        List<Publication> publications =
                group.stream().map(each -> each.publication).toList();
        return InOrder.append(publisher, publications).handle((outcomes, failure) -> {
            giveBack(group); // Also when the client is gone.
            if (failure != null) LOG.log(System.Logger.Level.ERROR, "append failed", failure);
            exchange.run(() -> {
                busy = false;
                group.getFirst().failed = failure != null;
                for (int i = 0; failure == null && i < outcomes.size(); i++) group.get(i).outcome = outcomes.get(i);
                settle();
            });
            return failure == null && Outcomes.id(outcomes.getLast()) != null;
        });
    }

    private void giveBack(List<Pending> group) {
        for (Pending each : group) handed.giveBack(each.bytes);
    }

    private void settle() {
        while (!done && !pending.isEmpty()) {
            Pending first = pending.element();
            if (first.failed) {
                refuse(Outcomes.failed(), first.line);
                return;
            }
            Appended outcome = first.outcome;
            if (outcome == null) break;
            pending.remove();
            pendingBytes -= first.bytes;
            take(first, outcome);
        }
        if (done) return;
        handOver();
        if (done) return; // By an acknowledgement that came at once.
        if (pending.isEmpty() && verdict != null) refuse(verdict, 0);
        else if (pending.isEmpty() && complete) succeed();
        else steer();
    }

    private void take(Pending one, Appended outcome) {
        Cursor id = Outcomes.id(outcome);
        if (id == null) {
            refuse(Outcomes.problem(outcome, one.channel()), one.line);
            return;
        }
        anyPlaced |= outcome instanceof Appended.Placed;
        if (one.counts) count++;
        if (one.counts || last == null) last = id;
    }

    private void succeed() {
        done();
        exchange.answer(Outcomes.counted(count, last, last != null && !anyPlaced));
    }

    private void refuse(Problem problem, long line) {
        done();
        Problem told = inLine(problem, line).withMember("count", count);
        exchange.refuse(last == null ? told : told.withMember("last", last.text()));
    }

    private static Problem inLine(Problem problem, long line) {
        return line == 0 ? problem : problem.withMember("line", line);
    }

    private void steer() {
        boolean full = pending.size() >= settings.unacknowledgedMax() || pendingBytes >= settings.unacknowledgedBytes();
        // Goes on at half, so that it does not stop and go for each event.
        boolean free = pending.size() <= settings.unacknowledgedMax() / 2
                && pendingBytes <= settings.unacknowledgedBytes() / 2;
        if (done || (paused ? !free : !full)) return;
        paused = !paused;
        if (paused) flow.pause();
        else flow.resume();
    }

    private void hold(int bytes) {
        if (bytes > heldBytes) begun.take(bytes - heldBytes);
        else begun.giveBack(heldBytes - bytes);
        heldBytes = bytes;
        if (bytes > 0) begun.await();
        else begun.settle();
    }

    private void giveWay() {
        stop(inLine(inFlight.gaveWay(), source.line()));
    }

    /// The client has gone. What it sent whole is still for the log, unless that refuses what came before it.
    private void left() {
        if (done) return;
        List<Pending> rest = takeWaiting();
        if (!rest.isEmpty()) {
            placed.thenAccept(isClear -> {
                if (isClear) place(rest);
                else giveBack(rest);
            });
        }
        done();
    }

    private void done() {
        if (done) return;
        done = true;
        hold(0);
        giveBack(takeWaiting());
        whenDone.run();
    }
}
