package dev.sluice.embed.route;

import dev.sluice.embed.file.FileResponse;
import dev.sluice.embed.handler.Threads;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.RequestHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Finds a file on its own virtual thread. A file that is found is sent, or released if the request is over by
/// then: its client has disconnected, or the server has refused the rest of its body.
final class FileLookup {
    /// Finds the file for a request. Blocks.
    interface Files {
        /// @return null if there is no such file
        @Nullable
        FileResponse find(RequestHead request) throws IOException;
    }

    private FileLookup() {}

    /// @param ifAbsent runs on the event loop if there is no such file
    static void begin(Exchange exchange, Files files, Threads threads, Runnable ifAbsent) {
        Thread thread = threads.start("sluice files", () -> find(exchange, files, ifAbsent));
        exchange.closed(thread::interrupt);
    }

    private static void find(Exchange exchange, Files files, Runnable ifAbsent) {
        try {
            FileResponse file = files.find(exchange.request());
            if (file == null) exchange.run(ifAbsent);
            else send(exchange, file);
        } catch (IOException broken) {
            exchange.run(() -> {
                throw new UncheckedIOException(broken); // Logged, and answered 500.
            });
        } catch (RuntimeException | Error failed) {
            exchange.run(() -> {
                throw failed;
            });
        }
    }

    private static void send(Exchange exchange, FileResponse file) {
        try {
            exchange.loop().execute(() -> {
                if (exchange.isOver()) file.release();
                else exchange.run(() -> file.send(exchange));
            });
        } catch (RejectedExecutionException stopped) {
            file.release(); // The connection was closed with its event loop.
        }
    }
}
