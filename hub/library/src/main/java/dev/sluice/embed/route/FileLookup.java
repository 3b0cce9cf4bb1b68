package dev.sluice.embed.route;

import dev.sluice.embed.file.FileResponse;
import dev.sluice.embed.handler.Threads;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds a file on its own virtual thread. A file that is found is sent, or released if the client has
/// disconnected by then.
final class FileLookup {
    private final Exchange exchange;
    private final List<RouteScope> scopes;
    private final Runnable ifAbsent;
    private boolean isClientGone;
    private @Nullable FileResponse found;

    private FileLookup(Exchange exchange, List<RouteScope> scopes, Runnable ifAbsent) {
        this.exchange = exchange;
        this.scopes = scopes;
        this.ifAbsent = ifAbsent;
    }

    /// @param ifAbsent runs on the event loop if there is no such file
    static void begin(Exchange exchange, List<RouteScope> scopes, Threads threads, Runnable ifAbsent) {
        FileLookup lookup = new FileLookup(exchange, scopes, ifAbsent);
        Thread thread = threads.start("sluice files", lookup::find);
        exchange.closed(() -> {
            thread.interrupt();
            lookup.clientLeft();
        });
    }

    private void find() {
        try {
            for (RouteScope scope : scopes) {
                FileResponse file = scope.file(exchange.request());
                if (file == null) continue;
                keep(file);
                break;
            }
        } catch (ProblemException refused) {
            exchange.run(() -> exchange.refuse(refused.problem()));
            return;
        } catch (IOException broken) {
            exchange.run(() -> {
                throw new UncheckedIOException(broken); // Logged, and answered 500.
            });
            return;
        }
        exchange.run(() -> {
            FileResponse file = take();
            if (file == null) ifAbsent.run();
            else file.send(exchange);
        });
    }

    private synchronized void keep(FileResponse file) {
        if (isClientGone) file.release();
        else found = file;
    }

    private synchronized @Nullable FileResponse take() {
        FileResponse file = found;
        found = null;
        return file;
    }

    private synchronized void clientLeft() {
        isClientGone = true;
        FileResponse file = take();
        if (file != null) file.release();
    }
}
