package dev.sluice.app;

import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Clock;
import dev.sluice.server.Server;
import dev.sluice.server.ServerSettings;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs a hub until it is told to stop.
@Command(name = "serve", description = "Run a hub.", mixinStandardHelpOptions = true)
final class Serve implements Runnable {
    @Option(names = "--host", description = "Address to listen on (default: ${DEFAULT-VALUE}).", defaultValue = "127.0.0.1")
    private String host = "";

    @Option(names = "--port", description = "Port to listen on (default: ${DEFAULT-VALUE}; 0: a free one).", defaultValue = "8420")
    private int port;

    @Override
    public void run() {
        Clock clock = Clock.system();
        MemoryLog log = MemoryLog.builder(clock.wall()).open();
        Server server = Server.start(ServerSettings.DEFAULTS.at(host, port), log, clock);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            log.close();
            stopped.countDown();
        }));
        System.out.println("Sluice listens on " + server.uri() + "; try: curl -d hello " + server.uri() + "/channels/news");
        try {
            stopped.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
