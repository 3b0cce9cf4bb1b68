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

/// The hub under test, in a separate process: the operating system accounts its processor time and memory
/// separately from those of clients and lines, and the lab's load reaches no other hub.
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

    /// Starts the hub on the loopback address. Blocks until it listens.
    ///
    /// @param tls      null for a hub without TLS
    /// @param origins  origins of pages that may use it, in addition to its own
    /// @param hosts    names under which it is reached, in addition to those of this machine
    /// @param settings settings by key, in addition to those of the lab
    /// @throws IOException if the hub can't be started
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

    /// Ends a process that never prints its ports, which would otherwise occupy the lab for ever.
    private static void endUnless(CountDownLatch isUp, Process process) {
        try {
            if (!isUp.await(START_SECONDS_MAX, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /// Returns true for options of this JVM that the hub also needs: its collector, memory sizes and native
    /// access. Agents and caches are not passed on.
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

    /// Returns the address with TLS, or empty if the hub was started without TLS.
    public Optional<InetSocketAddress> tlsAddress() {
        return tlsPort == 0
                ? Optional.empty()
                : Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), tlsPort));
    }

    /// Returns the processor time and memory used so far; empty if this system does not report them.
    public Optional<HubUsage> usage() {
        return probe.usage();
    }

    /// Returns the bytes in use after a full collection; empty if the hub has ended.
    public synchronized OptionalLong liveBytes() {
        try {
            return OptionalLong.of(Long.parseLong(ask("memory")));
        } catch (IOException ended) {
            return OptionalLong.empty();
        }
    }

    /// Returns the bytes allocated on the heap since the hub started. This measures the memory cost of an
    /// event, most of which becomes garbage at once.
    ///
    /// @throws IOException if the hub has ended
    public synchronized long allocatedBytes() throws IOException {
        return Long.parseLong(ask("allocated"));
    }

    /// Returns the number of open streams by transport.
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

    /// Ends the process and waits until it has ended.
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
