package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.event.Entry;
import dev.sluice.core.history.Fact;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.core.log.ColdLog;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.model.RandomLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Random publishers, deletions, retention, sockets and disconnects on two event loops whose tasks run in random
/// order: every client that returns with its last cursor receives each event once, in order, or a gap is reported.
class DeliveryPropertyTest {
    @Property(tries = 300)
    void deliversEachEventOnceInOrderOrReportsAGap(@ForAll long seed) {
        Random random = new Random(seed);
        RandomLog randomLog = new RandomLog(random);
        Map<ChannelName, Retention> rules = new HashMap<>();
        boolean keepsAll = random.nextInt(3) == 0;
        HubSettings settings = settings(random);
        boolean isCold = random.nextInt(3) == 0;
        AtomicReference<RecordingLog> recorded = new AtomicReference<>();
        try (Rig rig = Rig.wrapping(
                log -> {
                    recorded.set(new RecordingLog(log, new TestClock(), null)); // No reader here looks at times.
                    return isCold ? new ColdLog(recorded.get()) : recorded.get();
                },
                log -> log.limits(limits -> limits.lookMax(1 + random.nextInt(30)))
                        .retention(name ->
                                keepsAll ? Retention.ALL : rules.computeIfAbsent(name, _ -> randomLog.retention())),
                settings,
                2)) {
            RecordingLog recording = recorded.get();
            List<RandomReader> readers = new ArrayList<>();
            for (int i = 0; i < 8; i++) readers.add(new RandomReader(rig, random, randomLog.selection(), recording));
            for (int step = 0; step < 400; step++) {
                act(rig, recording, random, randomLog);
                readers.get(random.nextInt(readers.size())).step();
                for (int i = random.nextInt(4); i > 0; i--)
                    rig.loops.get(random.nextInt(2)).runOne();
                if (random.nextInt(10) == 0)
                    readers.get(random.nextInt(readers.size())).readOutput(true);
            }
            readers.forEach(RandomReader::finish);
            recording.check();
            readers.forEach(RandomReader::check);
            for (int i = 0; i < 3; i++) {
                rig.hub.maintain();
                rig.settle();
            }
            assertThat(rig.hub.encodedBytes())
                    .describedAs("native memory, now that every reader is caught up")
                    .isZero();
        }
    }

    private static HubSettings settings(Random random) {
        Overflow.Then[] all = Overflow.Then.values();
        Overflow rule = new Overflow(
                random.nextInt(20), Long.MAX_VALUE, random.nextBoolean() ? all[0] : all[random.nextInt(all.length)]);
        long budget = random.nextBoolean() ? 0 : 1 << 20;
        return new HubSettings(budget, 0, Duration.ofMinutes(1), Duration.ofSeconds(5), _ -> rule);
    }

    private static void act(Rig rig, RecordingLog recording, Random random, RandomLog randomLog) {
        ChannelName channel = randomLog.channel();
        List<Fact> facts = recording.facts();
        switch (random.nextInt(30)) {
            case 0 -> Rig.get(rig.log.delete(channel));
            case 1 -> {
                if (facts.isEmpty()) return;
                Entry entry = randomLog.one(facts).entry;
                Rig.get(rig.log.forget(entry.channel(), entry.id()));
            }
            case 2 -> Rig.get(rig.log.forgetKey(channel, randomLog.key()));
            case 3 -> recording.trim();
            case 4 -> rig.hub.maintain();
            case 5 -> rig.jump(Duration.ofSeconds(random.nextInt(40)));
            case 6 -> {
                if (rig.log instanceof ColdLog cold && !facts.isEmpty())
                    cold.coolBefore(randomLog.one(facts).entry.id());
            }
            case 7, 8, 9 -> {
                if (rig.log instanceof ColdLog cold) cold.answer();
            }
            case 10, 11 -> {
                int loop = random.nextInt(2);
                rig.loops.get(loop).execute(rig.dispatcher(loop)::tick);
            }
            default -> Rig.get(rig.log.append(randomLog.publication(channel, null, false)));
        }
    }
}
