package dev.sluice.bench.hostile;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// Runs one flood after the other, each against a separate hub and beside a bystander, which publishes fifty
/// events a second and reads them. Prints a table.
final class Floods {
    private static final String OPTIONS = "-Xmx256m";

    /// Events per second. With many more, events behind a slow one would be late only because of that one.
    private static final double BYSTANDER_RATE = 50;

    /// The duration of the baseline, and of the warm-up before it.
    private static final Duration BASELINE = Duration.ofSeconds(3);

    /// A load reports for the first time, and the flood begins, after a second.
    private static final Duration UNTIL_FLOOD = Duration.ofSeconds(1);

    private static final String TOKENS_TAKEN = String.format(Locale.ROOT, """
            key = [{ kid = "%s", algorithm = "HS256", secret_file = "secret" }]
            grant = [{ to = "anyone", subscribe = ["**"], publish = ["**"] }]
            """, Tokens.KID);

    private final Duration duration;

    private Floods(Duration duration) {
        this.duration = duration;
    }

    /// @param args the seconds for each flood, and the names of those to run
    public static void main(String[] args) throws Exception {
        var floods = new Floods(Duration.ofSeconds(Integer.parseInt(args[0])));
        System.out.println(
                "| finding | flood | the hub's answers to the attacker | publishes beside it | refused | lost"
                        + " | median, p99, worst before | median, p99, worst beside |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        boolean areHarmless = true;
        for (Flood flood : Flood.named(Stream.of(args).skip(1).toArray(String[]::new))) {
            areHarmless &= floods.run(flood);
        }
        System.exit(areHarmless ? 0 : 1);
    }

    /// @return true if the hub is alive, and no publish of the bystander was refused or lost
    private boolean run(Flood flood) throws IOException, InterruptedException {
        var settings = flood == Flood.TOKENS ? TOKENS_TAKEN : "";
        try (var hub = HubProcess.start(settings, flood.isInMemory ? List.of("--memory") : List.of(), OPTIONS);
                var attack = new Attack(hub.victim(""))) {
            var bystander = HonestReaders.bystander(hub, BYSTANDER_RATE);
            var before = bystander.read(BASELINE, BASELINE, () -> {});
            var answers = new CompletableFuture<String>();
            try {
                var beside = bystander.read(
                        UNTIL_FLOOD, duration, () -> answers.completeAsync(() -> answers(flood, attack)));
                attack.stop();
                print(flood, answers.join(), before, beside);
                return hub.isAlive() && beside.refused() == 0 && beside.isComplete();
            } catch (IOException cut) {
                System.out.println("| " + flood.finding + " | " + flood.description + " | "
                        + (hub.isAlive() ? "the bystander was cut" : "THE HUB ENDED") + " | | | | | |");
                return false;
            } finally {
                attack.stop();
            }
        }
    }

    private static String answers(Flood flood, Attack attack) {
        try {
            return flood.flood(attack);
        } catch (IOException cut) {
            return "cut: " + cut.getMessage();
        }
    }

    private static void print(Flood flood, String answers, HonestReaders.Result before, HonestReaders.Result beside) {
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %,d | %d | %d | %s | %s |",
                flood.finding,
                flood.description,
                answers,
                beside.published(),
                beside.refused(),
                beside.faults(),
                times(before),
                times(beside)));
    }

    private static String times(HonestReaders.Result result) {
        return String.format(
                Locale.ROOT, "%.1f, %.1f, %.1f ms", result.latencyMs(50), result.latencyMs(99), result.latencyMs(100));
    }
}
