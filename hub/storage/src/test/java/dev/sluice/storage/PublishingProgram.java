package dev.sluice.storage;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.folder.Sync;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// Publishes until it is killed or the log accepts no more. Prints each acknowledged event as `ID CHANNEL DATA`, or
/// `full` or `failed`, and finally `read COUNT`.
///
/// `FOLDER SYNC THREADS DATA_BYTES RESERVE_BYTES NAME [EVENTS_KEPT]`
final class PublishingProgram {
    private PublishingProgram() {}

    public static void main(String[] args) throws Exception {
        int threads = Integer.parseInt(args[2]);
        byte[] noise = new byte[Integer.parseInt(args[3]) * 3 / 4]; // Incompressible.
        new Random(1).nextBytes(noise);
        String padding = Base64.getEncoder().encodeToString(noise);
        RocksLog log = RocksLog.builder(Path.of(args[0]))
                .retention(channel -> args.length > 6 ? Retention.events(Long.parseLong(args[6])) : Retention.ALL)
                .sync(Sync.valueOf(args[1]))
                .limits(limits -> limits.bytesMax(1L << 40).tailBytes(1 << 20))
                .reserveBytes(Long.parseLong(args[4]))
                .open();
        PrintStream out = System.out;
        out.println("open");
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            String channel = "c/" + i;
            all.add(Thread.ofPlatform().start(() -> publish(log, channel, args[5], padding, out)));
        }
        for (Thread thread : all) thread.join();
        long kept = 0;
        for (int i = 0; i < threads; i++) {
            kept += LogFixture.entries(log, LogFixture.earliest(log, "c/" + i), "c/" + i)
                    .size();
        }
        out.println("read " + kept);
        out.flush();
        // Publishing resumes by itself once space is freed.
        AppendResult again = null;
        if (Long.parseLong(args[4]) > 0) {
            for (int i = 1; i < threads; i++)
                log.delete(new ChannelName("c/" + i)).toCompletableFuture().get();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            do {
                log.maintain();
                again = log.append(LogFixture.publication("again", "x"))
                        .toCompletableFuture()
                        .get();
            } while (!(again instanceof AppendResult.Placed) && System.nanoTime() < deadline);
        }
        out.println("end " + (again == null ? "" : again.getClass().getSimpleName()));
        System.exit(0);
    }

    private static void publish(RocksLog log, String channel, String name, String padding, PrintStream out) {
        try {
            for (int i = 0; ; i++) {
                String data = name + i;
                AppendResult outcome = log.append(LogFixture.publication(channel, data + " " + padding))
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
                if (!(outcome instanceof AppendResult.Placed placed)) {
                    out.println("full " + outcome);
                    return;
                }
                out.println(
                        placed.id() + " " + channel + " " + data); // One write, so that a line is complete or missing.
            }
        } catch (ExecutionException failed) {
            out.println("failed " + failed.getCause());
        } catch (Exception failed) {
            out.println("broken " + failed);
        }
    }
}
