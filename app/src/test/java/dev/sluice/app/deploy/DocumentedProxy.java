package dev.sluice.app.deploy;

import dev.sluice.core.Ports;
import dev.sluice.server.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A proxy in front of a hub, on its own port, run from its documented configuration file.
final class DocumentedProxy implements AutoCloseable {
    static final Path EXAMPLES = Path.of("../examples/deploy");

    private final ProxyProgram program;
    private final ProxyProgram.Site site;
    private final Path file;
    private final Path output;
    private final Process process;

    /// @param folder has the certificate, and takes all files of this proxy
    DocumentedProxy(ProxyProgram program, URI hub, Path folder) throws Exception {
        this.program = program;
        site = new ProxyProgram.Site(folder, hub.getAuthority(), Ports.free(), Ports.free());
        file = folder.resolve(program.file());
        output = folder.resolve("output");
        Files.writeString(file, program.configured(Files.readString(EXAMPLES.resolve(program.file())), site));
        process = start(program.start(file));
        Await.that(this::isListening, () -> program + " does not listen: " + output());
    }

    private Process start(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
        } catch (IOException missing) {
            throw new AssertionError(command + " can't be run; ./check installs what tests need", missing);
        }
    }

    private boolean isListening() {
        if (!process.isAlive()) throw new AssertionError(program + " ended: " + output());
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), site.port())) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private String output() {
        try {
            return Files.readString(output);
        } catch (IOException none) {
            return none.toString();
        }
    }

    /// An address below the proxy's own.
    URI uri(String path) {
        return URI.create("https://localhost:" + site.port() + path);
    }

    /// Makes the proxy read its configuration again, which replaces its workers.
    void reload() throws InterruptedException {
        Process reload = start(program.reload(file, site, process.pid()));
        if (!reload.waitFor(60, TimeUnit.SECONDS) || reload.exitValue() != 0) throw new AssertionError(output());
    }

    @Override
    public void close() {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        workers.forEach(ProcessHandle::destroyForcibly); // Old ones, which still have streams.
    }
}
