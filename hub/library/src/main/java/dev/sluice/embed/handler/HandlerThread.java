package dev.sluice.embed.handler;

import dev.sluice.LogUnavailableException;
import dev.sluice.core.encoding.LogField;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs code of the program for one request on its own virtual thread, because it may block. Where the code fails, the
/// request is refused.
public final class HandlerThread {
    private static final System.Logger LOG = System.getLogger(HandlerThread.class.getName());

    /// Code of the program, and what becomes of its result.
    public interface Work {
        void run() throws Exception;
    }

    private HandlerThread() {}

    /// Starts the thread. It is interrupted if the client disconnects.
    public static void start(Threads threads, Exchange exchange, Work work) {
        start(threads, exchange, "handler", work, exchange::refuse);
    }

    /// @param what   the code is, for the log
    /// @param refuse answers in place of the work if it fails; called on the event loop
    static void start(Threads threads, Exchange exchange, String what, Work work, Consumer<Problem> refuse) {
        String path = threads.path(exchange);
        Thread thread = threads.start("sluice " + what + " " + path, () -> {
            Problem problem = run(what, path, work);
            if (problem != null) exchange.run(() -> refuse.accept(problem));
        });
        exchange.abandoned(thread::interrupt);
    }

    private static @Nullable Problem run(String what, String path, Work work) {
        try {
            work.run();
            return null;
        } catch (ProblemException refused) {
            return refused.problem();
        } catch (InterruptedException ended) {
            return stopping();
        } catch (LogUnavailableException failure) {
            LOG.log(Level.ERROR, "the log cannot be used path=" + LogField.quoted(path), failure);
            return Problems.LOG_FAILED
                    .of("The log cannot be used now. Repeat the request later.")
                    .withHeader("Retry-After", "1");
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "the " + what + " failed path=" + LogField.quoted(path), failure);
            return Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.");
        }
    }

    static Problem stopping() {
        return Problems.NOT_READY.of("The server is stopping. Try again later.");
    }
}
