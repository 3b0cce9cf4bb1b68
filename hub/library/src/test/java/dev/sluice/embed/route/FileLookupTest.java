package dev.sluice.embed.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.file.FileResponse;
import dev.sluice.embed.handler.Threads;
import dev.sluice.server.http.ByteBufferSource;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Status;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.ClosedFileSystemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FileLookupTest {
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final Threads threads = new Threads();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    @AfterEach
    void close() {
        threads.close(Duration.ofSeconds(10));
        loop.shutdownNow();
    }

    /// An exchange that skips every step once it is over, as [Exchange#run] says.
    private Exchange exchange() {
        return (Exchange) Proxy.newProxyInstance(
                Exchange.class.getClassLoader(),
                new Class<?>[] {Exchange.class},
                (_, method, all) -> switch (method.getName()) {
                    case "loop" -> loop;
                    case "isOver" -> isOver.get();
                    case "run" -> {
                        loop.execute(() -> run((Runnable) all[0]));
                        yield null;
                    }
                    default -> null;
                });
    }

    private void run(Runnable step) {
        if (isOver.get()) return;
        try {
            step.run();
        } catch (RuntimeException failed) {
            failure.complete(failed);
        }
    }

    @Test
    void releasesAFileWhoseRequestWasAnsweredWhileItWasRead() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        var bytes = new ByteBufferSource(ByteBuffer.allocate(1), _ -> {}, released::countDown);
        FileLookup.begin(
                exchange(),
                _ -> {
                    awaitUninterruptibly(answered);
                    return new FileResponse(ServerResponse.empty(Status.OK), bytes);
                },
                threads,
                () -> failure.complete(new AssertionError("there is a file")));
        isOver.set(true);
        answered.countDown();
        assertThat(released.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(failure).isNotDone();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// The folder of a program may be in a file system that the program has closed.
    @Test
    void answersARequestWhoseFileCannotBeReadForAnyReason() throws Exception {
        FileLookup.begin(
                exchange(),
                _ -> {
                    throw new ClosedFileSystemException();
                },
                threads,
                () -> failure.complete(new AssertionError("nobody knows")));
        assertThat(failure.get(50, TimeUnit.SECONDS)).isInstanceOf(ClosedFileSystemException.class);
    }
}
