package dev.sluice.server.embed;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks for a file on a thread of its own. What it finds is answered, or let go if the client has left by then.
final class Fetch {
    private final Exchange exchange;
    private final List<Scope> scopes;
    private final Runnable otherwise;
    private boolean hasLeft;
    private @Nullable Answer found;

    private Fetch(Exchange exchange, List<Scope> scopes, Runnable otherwise) {
        this.exchange = exchange;
        this.scopes = scopes;
        this.otherwise = otherwise;
    }

    /// @param otherwise what is done on the event loop if there is none
    static void begin(Exchange exchange, List<Scope> scopes, Threads threads, Runnable otherwise) {
        Fetch fetch = new Fetch(exchange, scopes, otherwise);
        Thread thread = threads.start("sluice files", fetch::find);
        exchange.closed(() -> {
            thread.interrupt();
            fetch.left();
        });
    }

    private void find() {
        try {
            for (Scope scope : scopes) {
                Answer file = scope.file(exchange.request());
                if (file == null) continue;
                keep(file);
                break;
            }
        } catch (Refused refused) {
            exchange.run(() -> exchange.refuse(refused.problem()));
            return;
        } catch (IOException broken) {
            exchange.run(() -> {
                throw new UncheckedIOException(broken); // Logged, and answered 500.
            });
            return;
        }
        exchange.run(() -> {
            Answer file = take();
            if (file == null) otherwise.run();
            else exchange.answer(file);
        });
    }

    private synchronized void keep(Answer file) {
        if (hasLeft) file.body().release();
        else found = file;
    }

    private synchronized @Nullable Answer take() {
        Answer file = found;
        found = null;
        return file;
    }

    private synchronized void left() {
        hasLeft = true;
        Answer file = take();
        if (file != null) file.body().release();
    }
}
