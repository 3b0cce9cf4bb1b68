package dev.sluice.bench.flood;

import dev.sluice.bench.hostile.Tokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Runs one flood after the other, each against a hub of its own, and prints a table.
final class Floods {
    private static final Pattern URL = Pattern.compile("http://[^ ,/]*:(\\d+)");
    private static final String OPTIONS = "-Xmx256m";

    /// The duration of the baseline, and of the warm-up before it.
    private static final int BASELINE_S = 3;

    private final int seconds;

    private Floods(int seconds) {
        this.seconds = seconds;
    }

    /// @param args the seconds for each flood, and the names of those to run
    public static void main(String[] args) throws Exception {
        Floods floods = new Floods(Integer.parseInt(args[0]));
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
    private boolean run(Flood flood) throws Exception {
        Path scratch = Files.createTempDirectory("floods");
        Process hub = start(flood, scratch);
        try (BufferedReader output = hub.inputReader()) {
            int port = port(output);
            Bystander bystander = new Bystander(port);
            Thread.sleep(1_000L * BASELINE_S);
            bystander.figures();
            Thread.sleep(1_000L * BASELINE_S);
            Bystander.Figures before = bystander.figures();
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            String answers;
            Bystander.Figures beside;
            try (Attack attack = new Attack(port, seconds)) {
                answers = flood(flood, attack);
                while (System.nanoTime() < endNs) Thread.sleep(10);
                beside = bystander.figures();
            }
            int lost = bystander.lost();
            bystander.close();
            if (!hub.isAlive()) answers += "; THE HUB ENDED with " + hub.exitValue();
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %,d | %d | %d | %.1f, %.1f, %.1f ms | %.1f, %.1f, %.1f ms |",
                    flood.finding,
                    flood.description,
                    answers,
                    beside.publishes(),
                    beside.refused(),
                    lost,
                    before.medianMs(),
                    before.p99Ms(),
                    before.worstMs(),
                    beside.medianMs(),
                    beside.p99Ms(),
                    beside.worstMs()));
            return hub.isAlive() && beside.refused() == 0 && lost == 0;
        } finally {
            hub.destroy();
            hub.waitFor(20, TimeUnit.SECONDS);
            hub.destroyForcibly();
            delete(scratch);
        }
    }

    private static String flood(Flood flood, Attack attack) {
        try {
            return flood.flood(attack);
        } catch (IOException cut) {
            return "cut: " + cut.getMessage();
        }
    }

    private static Process start(Flood flood, Path scratch) throws IOException {
        List<String> command = new ArrayList<>(List.of("./sluice", "serve", "--port", "0"));
        if (flood.isInMemory) command.add("--memory");
        else command.addAll(List.of("--data", scratch.resolve("data").toString()));
        if (flood == Flood.TOKENS) {
            Path secret = Files.writeString(scratch.resolve("secret"), Tokens.SECRET);
            Path file = Files.writeString(
                    scratch.resolve("sluice.toml"), String.format(Locale.ROOT, """
            key = [{ kid = "%s", algorithm = "HS256", secret_file = "%s" }]
            grant = [{ to = "anyone", subscribe = ["**"], publish = ["**"] }]
            """, Tokens.KID, secret));
            command.addAll(List.of("--config", file.toString()));
        }
        ProcessBuilder hub = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        hub.environment().put("SLUICE_JAVA_OPTS", OPTIONS);
        return hub.start();
    }

    private static int port(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher url = URL.matcher(line);
            if (url.find()) return Integer.parseInt(url.group(1));
        }
        throw new IOException("the hub did not start");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }
}
