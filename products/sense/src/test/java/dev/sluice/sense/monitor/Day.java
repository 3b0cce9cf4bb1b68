package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.config.CheckType;
import dev.sluice.sense.config.Fields;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.notify.OutboxEntry;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.schedule.CheckSchedule;
import dev.sluice.sense.state.Rules;
import dev.sluice.sense.state.StateMachineModel;
import dev.sluice.sense.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// The environment of [DayInTheLifeTest]: failing targets, a clock, a receiver of alerts, and a Sense that is
/// restarted.
final class Day implements AutoCloseable {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final String RECEIVER = "receiver";

    private final Random random;
    private final List<CheckDefinition> definitions = new ArrayList<>();
    private final Map<String, Instant> brokenUntil = new HashMap<>();
    private final Map<String, Instant> flappingUntil = new HashMap<>();
    // One model for each group of checks that depend on each other.
    private final List<StateMachineModel> models = new ArrayList<>();
    private final Map<String, Instant> openInModel = new HashMap<>();
    private final List<String> expected = new ArrayList<>();
    private final List<String> received = new ArrayList<>();
    private final Set<String> known = new HashSet<>();
    private final List<String> orderMistakes = new ArrayList<>();
    private final Set<String> planned = new HashSet<>();
    private long nowMs;
    private long killsAfterAcceptance;
    private long accepted;
    private CheckSchedule timetable = new CheckSchedule();
    /// Survives each restart of Sense. It is in memory; SenseKillTest uses the file.
    private final Database database = Database.inMemory();

    private Monitor monitor;
    private OutboxStore outbox;

    private static final int GROUP = 20;

    Day(long seed, int checks, Duration interval) {
        random = new Random(seed);
        for (int i = 0; i < checks; i++) {
            if (i % GROUP == 0) models.add(new StateMachineModel());
            Set<String> needed = i % GROUP != 0 && i % 4 == 0 ? Set.of("c" + i / GROUP * GROUP) : Set.of();
            var rules = new Rules(1 + i % 3, 1 + i % 2, Duration.ZERO, needed, Rules.Flapping.DEFAULT);
            definitions.add(definition("c" + i, interval, rules));
            models.getLast().add("c" + i, rules);
        }
        open();
    }

    private static CheckDefinition definition(String name, Duration interval, Rules rules) {
        var kind = CheckType.remote("fake", Set.of(), (Fields _, String _) -> () -> new Outcome.Unclear("never run"));
        return new CheckDefinition(
                name,
                kind,
                Map.of("name", name),
                interval,
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                rules,
                List.of(),
                false,
                false,
                "",
                () -> new Outcome.Unclear("never run"));
    }

    private static int index(String check) {
        return Integer.parseInt(check.substring(1));
    }

    private StateMachineModel model(String check) {
        return models.get(index(check) / GROUP);
    }

    private Instant now() {
        return BEGIN.plusMillis(nowMs);
    }

    private void open() {
        outbox = new OutboxStore(database);
        monitor = new Monitor(
                database,
                new LiveFeed((_, _, _, _) -> {}),
                () -> Set.of(RECEIVER),
                check -> timetable.soon(check, nowMs),
                () -> {},
                Runnable::run,
                this::now);
        monitor.putAll(definitions);
        definitions.forEach(each -> timetable.put(each.name(), each.interval().toMillis(), nowMs));
        monitor.setMaintenance(windows());
    }

    private List<MaintenanceWindow> windows() {
        if (planned.isEmpty()) return List.of();
        return List.of(new MaintenanceWindow(1, planned, BEGIN, BEGIN.plus(Duration.ofDays(30)), "planned"));
    }

    /// Kills Sense and restarts it with the contents of the database.
    private void restart() {
        timetable = new CheckSchedule();
        open();
        models.forEach(model -> model.restart(openInModel));
    }

    void live(Duration length) {
        long end = length.toMillis();
        long nextWorldMs = 0;
        while (nowMs < end) {
            if (nowMs >= nextWorldMs) {
                changeWorld(end);
                nextWorldMs = nowMs + 20_000;
            }
            long nextMs = Math.min(timetable.nextMs(), nextWorldMs);
            nowMs = Math.max(nowMs, nextMs);
            for (var due = timetable.take(nowMs); due != null; due = timetable.take(nowMs)) run(due.check());
        }
    }

    private void changeWorld(long end) {
        for (double breaks = definitions.size() / 3_000.0; random.nextDouble() < breaks; breaks--) breakOne();
        if (random.nextInt(60) == 0) {
            planned.clear();
            for (int i = 0; i < random.nextInt(20); i++) planned.add(name());
            monitor.setMaintenance(windows());
            for (CheckDefinition each : definitions) {
                model(each.name()).suspend(each.name(), false, planned.contains(each.name()), now());
                note(each.name());
            }
        }
        if (random.nextInt(400) == 0) restart();
        monitor.tick();
        boolean isServiceDown = nowMs > end / 2 && nowMs < end / 2 + 3_600_000;
        deliver(isServiceDown);
    }

    private String name() {
        return definitions.get(random.nextInt(definitions.size())).name();
    }

    private void breakOne() {
        String name = random.nextInt(4) == 0 ? "c" + random.nextInt(models.size()) * GROUP : name();
        Instant until = now().plusSeconds(10 + random.nextInt(1_800));
        if (random.nextInt(6) == 0) flappingUntil.put(name, until.plusSeconds(1_800));
        else brokenUntil.put(name, until);
    }

    private void run(String name) {
        CheckDefinition definition = definitions.get(index(name));
        Instant start = now();
        boolean isBroken =
                isBroken(name) || definition.rules().dependsOn().stream().anyMatch(this::isBroken);
        Outcome outcome = random.nextInt(2_000) == 0
                ? new Outcome.Unclear("no figures")
                : isBroken
                        ? Outcome.failed("status 200", "503")
                        : new Outcome.Passed(Duration.ofMillis(random.nextInt(900)), "200");
        Duration retry = monitor.apply(definition, start, outcome);
        model(name).result(name, start, outcome, now());
        note(name);
        timetable.finished(name, nowMs, retry.toMillis());
    }

    private boolean isBroken(String name) {
        if (now().isBefore(brokenUntil.getOrDefault(name, BEGIN))) return true;
        return now().isBefore(flappingUntil.getOrDefault(name, BEGIN)) && nowMs / 60_000 % 3 < 2;
    }

    /// Records the openings and closings of a check's model.
    private void note(String check) {
        for (var story : model(check).takeStories()) {
            if (story.isOpening()) {
                openInModel.put(story.check(), now());
            } else {
                Instant opened = openInModel.remove(story.check());
                expected.add(story.check() + " " + opened + " " + now());
            }
        }
    }

    /// Returns the incidents of the model as check, opening and closing.
    List<String> expected() {
        List<String> all = new ArrayList<>(expected);
        openInModel.forEach((check, opened) -> all.add(check + " " + opened + " null"));
        return all;
    }

    private void deliver(boolean isServiceDown) {
        while (true) {
            Optional<OutboxEntry> next = outbox.next(RECEIVER);
            if (next.isEmpty() || next.get().due().isAfter(now())) return;
            OutboxEntry entry = next.get();
            if (isServiceDown) {
                outbox.failed(entry, Phrase.of("status", "503"), Duration.ZERO, now());
                continue;
            }
            String id = entry.kind() + "-" + entry.incident();
            if (entry.kind() == Alert.Kind.CLOSED && !known.contains(Alert.Kind.OPENED + "-" + entry.incident()))
                orderMistakes.add(id);
            received.add(id);
            known.add(id);
            if (++accepted % 41 == 0) { // Killed between the acceptance and the record.
                killsAfterAcceptance++;
                restart();
            } else {
                outbox.sent(entry, now());
            }
        }
    }

    /// Delivers the pending alerts.
    void drain() {
        nowMs += Duration.ofHours(2).toMillis();
        deliver(false);
    }

    Database database() {
        return database;
    }

    List<String> received() {
        return received;
    }

    long distinct(Alert.Kind kind, long incident) {
        return known.contains(kind + "-" + incident) ? 1 : 0;
    }

    long killsAfterAcceptance() {
        return killsAfterAcceptance;
    }

    List<String> orderMistakes() {
        return orderMistakes;
    }

    @Override
    public void close() {
        database.close();
    }
}
