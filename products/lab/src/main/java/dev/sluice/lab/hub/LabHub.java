package dev.sluice.lab.hub;

import dev.sluice.lab.plan.LabTls;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The hub under test, in a process of its own: its processor time and memory are told apart from those of clients,
/// lines and everything else by the system, and no load of the lab reaches another hub.
public final class LabHub implements AutoCloseable {
    private static final long START_SECONDS_MAX = 60;
    private static final long END_SECONDS_MAX = 10;

    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private final ProcessProbe probe;
    private final int port;
    private final int tlsPort;

    private LabHub(Process process) throws IOException {
        this.process = process;
        probe = new ProcessProbe(process.pid());
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        String[] ports = line().split(" ", -1);
        port = Integer.parseInt(ports[0]);
        tlsPort = Integer.parseInt(ports[1]);
    }

    /// Starts it on loopback. Blocks until it listens.
    ///
    /// @param tls     null: without TLS
    /// @param origins of pages that may use it, besides its own
    /// @param hosts   names under which it is reached, besides this machine's own
    /// @param settings by key, besides the lab's own
    /// @throws IOException if it can't be started
    public static LabHub start(
            @Nullable LabTls tls, List<String> origins, List<String> hosts, Map<String, String> settings)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        for (String each : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (isOfTheVirtualMachine(each)) command.add(each);
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(HubMain.class.getName());
        command.add(tls == null ? "-" : tls.certificate().toAbsolutePath().toString());
        origins.forEach(each -> command.add(HubMain.ORIGIN + each));
        hosts.forEach(each -> command.add(HubMain.HOST + each));
        settings.forEach((key, value) -> command.add(HubMain.SETTING + key + "=" + value));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var isUp = new CountDownLatch(1);
        Thread.ofVirtual().name("sluice-lab-start").start(() -> endUnless(isUp, process));
        try {
            return new LabHub(process);
        } catch (IOException | RuntimeException failed) {
            process.destroyForcibly();
            throw failed;
        } finally {
            isUp.countDown();
        }
    }

    /// A process that never says its ports would keep the lab busy for ever.
    private static void endUnless(CountDownLatch isUp, Process process) {
        try {
            if (!isUp.await(START_SECONDS_MAX, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /// The collector, the memory and native access are as of this process; agents and caches are its own.
    private static boolean isOfTheVirtualMachine(String argument) {
        return argument.startsWith("-Djava.library.path=")
                || argument.startsWith("-Dio.netty.")
                || argument.startsWith("--enable-native-access=")
                || argument.startsWith("--sun-misc-unsafe-memory-access=")
                || argument.startsWith("-Xm")
                || (argument.startsWith("-XX:") && !argument.contains("AOT") && !argument.contains("OutOfMemory"));
    }

    private String line() throws IOException {
        String line = out.readLine();
        if (line == null) throw new IOException("the lab's hub has ended");
        return line;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /// The address with TLS; empty if it was started without.
    public Optional<InetSocketAddress> tlsAddress() {
        return tlsPort == 0
                ? Optional.empty()
                : Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), tlsPort));
    }

    /// Returns what it has used so far; empty if this system does not tell.
    public Optional<HubUsage> usage() {
        return probe.usage();
    }

    /// Returns the bytes that it uses after a full collection; empty if it has ended.
    public synchronized OptionalLong liveBytes() {
        try {
            return OptionalLong.of(Long.parseLong(ask("memory")));
        } catch (IOException ended) {
            return OptionalLong.empty();
        }
    }

    /// Returns the bytes that it has allocated on the heap since it began: what an event costs in memory, as most of it
    /// is garbage at once.
    ///
    /// @throws IOException if the hub has ended
    public synchronized long allocatedBytes() throws IOException {
        return Long.parseLong(ask("allocated"));
    }

    /// Returns the streams that are open now, by transport.
    ///
    /// @throws IOException if the hub has ended
    public synchronized Map<String, Integer> streams() throws IOException {
        Map<String, Integer> streams = new TreeMap<>();
        for (String each : ask("streams").split(" ", -1)) {
            int at = each.indexOf('=');
            if (at > 0) streams.put(each.substring(0, at), Integer.parseInt(each.substring(at + 1)));
        }
        return streams;
    }

    private String ask(String question) throws IOException {
        in.write(question + "\n");
        in.flush();
        return line();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /// Ends the process, and waits for that.
    @Override
    public void close() {
        try {
            in.close();
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (IOException ended) {
            process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
