package dev.sluice.core.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.index.Index;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.model.RandomLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The same random commands given to a log in groups of different sizes. Outcomes, ids and states must be the same.
///
/// For each size the log is opened again at other places, if it can be, and deleted channels are cleared at another
/// pace, from not at all to at once: no decision may depend on that.
public final class CommandHistory {
    private static final int COMMANDS = 250;
    private static final List<Integer> GROUP_SIZES = List.of(1, 7, 60);

    /// Commands from one start to the next, on average. Starts take most of the time.
    private static final int COMMANDS_PER_START = 120;

    /// A log without a writer of its own.
    public interface Subject extends AutoCloseable {
        Index index();

        Sequencer sequencer();

        /// Closes the log and opens it again; null if nothing of it is left.
        @Nullable
        Subject reopen();

        @Override
        void close();
    }

    /// Opens a new, empty log.
    public interface Opener {
        Subject open(LogLimits limits, Function<ChannelName, Retention> rules);
    }

    private final RandomLog random;
    private final Random pace;
    private final int clearedMax;
    private final int groupSize;
    private final long tailBytes;
    private final Opener opener;
    private final List<Cursor> ids = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private final Set<String> epochs = new HashSet<>();
    private long nowMs = TestClock.BEGIN_MS;
    private int inGroup;

    private CommandHistory(long seed, int groupSize, long tailBytes, Opener opener) {
        random = new RandomLog(new Random(seed));
        pace = new Random(seed + groupSize);
        clearedMax = pace.nextInt(3) * 20;
        this.groupSize = groupSize;
        this.tailBytes = tailBytes;
        this.opener = opener;
    }

    /// Compares a number of histories, or only the one of the seed `sluice.seed`.
    ///
    /// @param tailBytes the bytes that a log with a backing keeps in memory
    public static void compareAll(int histories, long tailBytes, Opener opener) {
        Long seed = Long.getLong("sluice.seed");
        Random seeds = new Random(Long.getLong("sluice.seeds", System.nanoTime()));
        for (int i = 0; i < (seed == null ? histories : 1); i++) {
            compare(seed == null ? seeds.nextLong() : seed, tailBytes, opener);
        }
    }

    /// Compares one history.
    public static void compare(long seed, long tailBytes, Opener opener) {
        List<String> alone = null;
        for (int groupSize : GROUP_SIZES) {
            List<String> steps = new CommandHistory(seed, groupSize, tailBytes, opener).run();
            if (alone == null) alone = steps;
            assertSame(alone, steps, "groups of " + groupSize + ", with -Dsluice.seed=" + seed);
        }
    }

    /// Fails with the first step that differs; one list may have more steps at its end.
    public static void assertSame(List<String> expected, List<String> steps, String where) {
        for (int i = 0; i < Math.min(expected.size(), steps.size()); i++) {
            assertThat(steps.get(i)).as("step %d, %s", i, where).isEqualTo(expected.get(i));
        }
    }

    /// The steps of a history in groups of one, for comparing logs of different kinds.
    public static List<String> steps(long seed, long tailBytes, Opener opener) {
        return new CommandHistory(seed, 1, tailBytes, opener).run();
    }

    private List<String> run() {
        boolean unlimited = random.oneIn(4);
        LogLimits limits = LogLimits.builder()
                .entriesMax(random.oneIn(2) ? 1_000 : 3 + random.upTo(40))
                .bytesMax(random.oneIn(2) ? 1 << 20 : 1_000 + random.upTo(10_000))
                .tailBytes(tailBytes)
                .channelsMax(random.oneIn(2) ? 1_000 : 2 + random.upTo(4))
                .marks(random.upTo(3), Duration.ofMinutes(5))
                .keysMax(random.oneIn(2) ? 1_000 : random.upTo(4))
                .lookMax(random.oneIn(2) ? 4_096 : 1 + random.upTo(8))
                .build();
        Map<ChannelName, Retention> rules = new HashMap<>();
        for (ChannelName channel : RandomLog.channels())
            rules.put(channel, unlimited ? Retention.ALL : random.retention());
        Subject subject = opener.open(limits, rules::get);
        try {
            for (int i = 0; i < COMMANDS; i++) {
                if (groupSize > 1 && pace.nextInt(COMMANDS_PER_START) == 0) subject = reopen(subject);
                step(subject);
            }
            subject.sequencer().apply();
            steps.add(state(subject));
            subject = reopen(subject);
            steps.add("reopened " + state(subject));
            return steps;
        } finally {
            subject.close();
        }
    }

    private Subject reopen(Subject subject) {
        subject.sequencer().apply();
        inGroup = 0;
        Subject reopened = subject.reopen();
        return reopened == null ? subject : reopened;
    }

    private void step(Subject subject) {
        Sequencer sequencer = subject.sequencer();
        nowMs += random.oneIn(10) ? random.upTo(10 * 60_000) : random.upTo(20_000);
        switch (random.upTo(20)) {
            case 0 -> changed(subject, "delete " + sequencer.delete(random.channel(), nowMs));
            case 1 -> changed(subject, "maintain " + sequencer.maintain(nowMs, 1 + random.upTo(20)));
            case 2 -> {
                Cursor id = ids.isEmpty() ? subject.index().head() : random.one(ids);
                changed(subject, "forget " + sequencer.forget(random.channel(), id));
            }
            case 3 -> changed(subject, "forgetKey " + sequencer.forgetKey(random.channel(), random.key()));
            case 4, 5 -> {
                List<Publication> batch = new ArrayList<>();
                for (int size = 1 + random.upTo(5); size > 0; size--) batch.add(publication());
                placed(subject, sequencer.appendAll(batch, nowMs));
            }
            default -> placed(subject, sequencer.append(publication(), nowMs));
        }
        if (pace.nextInt(6) == 0) subject.index().clearDeleted(pace.nextInt(clearedMax + 1));
    }

    private Publication publication() {
        return random.publication(random.channel(), ids.isEmpty() ? null : ids.getLast(), true);
    }

    private void changed(Subject subject, String outcome) {
        inGroup = 0;
        steps.add(outcome + " " + state(subject));
    }

    private void placed(Subject subject, Object outcome) {
        if (outcome instanceof AppendResult.Placed placed) ids.add(placed.id());
        if (outcome instanceof AppendResult.Batch.All(List<AppendResult> all)) {
            for (AppendResult each : all) if (each instanceof AppendResult.Placed placed) ids.add(placed.id());
        }
        steps.add(
                withoutEpochs(outcome, subject) + " last " + subject.sequencer().last());
        if (++inGroup < groupSize) return;
        subject.sequencer().apply();
        inGroup = 0;
    }

    private String withoutEpochs(Object text, Subject subject) {
        epochs.add(subject.index().cursor(Long.MAX_VALUE).epoch().value());
        String without = text.toString();
        for (String epoch : epochs) without = without.replace(epoch, "");
        return without;
    }

    private static String state(Subject subject) {
        return LogState.of(subject.index());
    }
}
