package dev.sluice.bench.hostile;

import dev.sluice.load.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Honest readers, first alone and then beside hostile clients, for the same time and at the same hub.
final class Trial {
    private static final Duration WARMUP_MAX = Duration.ofSeconds(15);

    private Trial() {}

    /// @param alone   the honest readers alone
    /// @param beside  the same readers beside the hostile clients
    /// @param hostile the acts of the hostile clients
    record Verdict(HonestReaders.Result alone, HonestReaders.Result beside, List<String> hostile, boolean isHubAlive) {
        boolean isGood() {
            return alone.isComplete() && beside.isComplete() && isHubAlive;
        }

        String text() {
            return String.join("\n", hostile) + "\n"
                    + line("alone", alone) + line("beside", beside)
                    + (isHubAlive ? "" : "THE HUB ENDED\n");
        }

        private static String line(String name, HonestReaders.Result result) {
            var faults = result.isComplete()
                    ? "all once, in order"
                    : "FAULTS " + result.reports().stream().map(Trial::faults).toList();
            return String.format(
                    Locale.ROOT,
                    "%-6s %,d deliveries: %s; %,d publishes refused; latency p50 %.2f ms, p99 %.2f ms\n",
                    name,
                    result.expected(),
                    faults,
                    result.refused(),
                    result.latencyMs(50),
                    result.latencyMs(99));
        }
    }

    private static String faults(Report report) {
        return String.format(
                Locale.ROOT,
                "%s: %,d of %,d lost, %,d repeated, %,d late, %,d damaged, %,d readers cut",
                report.plan().url().getScheme() + " " + report.plan().protocol(),
                report.lost(),
                report.expected(),
                report.repeated(),
                report.late(),
                report.damaged(),
                report.broken());
    }

    /// @param readers  the number of honest readers
    /// @param hostile  the number of hostile clients
    /// @param rate     events per second of each of seven kinds of readers
    /// @param duration the duration of each of the two parts
    /// @param ways     the kinds of hostile acts, shared among the clients
    /// @param isIdle   whether the hostile clients get only idle processor time, as real attackers use their
    ///                 own machines
    static Verdict run(int readers, int hostile, double rate, Duration duration, List<Hostility> ways, boolean isIdle)
            throws IOException, InterruptedException {
        try (var hub = HubProcess.start()) {
            var honest = HonestReaders.overAllTransports(hub, readers, rate);
            var warmup = duration.compareTo(WARMUP_MAX) < 0 ? duration : WARMUP_MAX;
            var alone = honest.read(warmup, duration, () -> {});
            var attack = new CompletableFuture<Process>();
            try {
                var beside = honest.read(
                        warmup, duration, () -> attack.completeAsync(() -> attack(hub, hostile, ways, isIdle)));
                attack.join().outputWriter().close();
                var acts = attack.join().inputReader().lines().toList();
                return new Verdict(alone, beside, acts, hub.isAlive());
            } finally {
                attack.thenAccept(Process::destroyForcibly);
            }
        }
    }

    private static Process attack(HubProcess hub, int clients, List<Hostility> ways, boolean isIdle) {
        try {
            var process = HubProcess.java(
                    isIdle ? List.of("chrt", "--idle", "0") : List.of(),
                    hub.folder(),
                    List.of("-Xmx512m", "-XX:+UseSerialGC"),
                    Hostile.class.getName(),
                    "" + hub.plainPort(),
                    "" + hub.tlsPort(),
                    hub.authority().toString(),
                    Tokens.sign("\"sub\":\"mallory\""),
                    "" + clients,
                    ways.stream().map(Enum::name).collect(Collectors.joining(",")));
            if (process.inputReader().readLine() == null) throw new IOException("the attack did not begin");
            return process;
        } catch (IOException reason) {
            throw new UncheckedIOException(reason);
        }
    }

    /// @param args readers, hostile clients, events per second, seconds, and the kinds of acts if not all
    public static void main(String[] args) throws Exception {
        var seconds = Duration.ofSeconds(Integer.parseInt(args[3]));
        var all = List.of(Hostility.values());
        var ways = args.length == 4
                ? all
                : Stream.of(args).skip(4).map(Hostility::valueOf).toList();
        double rate = Double.parseDouble(args[2]);
        var verdict = run(Integer.parseInt(args[0]), Integer.parseInt(args[1]), rate, seconds, ways, true);
        System.out.print(verdict.text());
        System.exit(verdict.isGood() ? 0 : 1);
    }
}
