package dev.sluice.embed;

import dev.sluice.config.Configuration;
import dev.sluice.config.ConfigurationChange;
import dev.sluice.config.HookTable;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.RetentionLoss;
import dev.sluice.embed.reload.ConfigurationSource;
import dev.sluice.embed.reload.ConfiguredAccess;
import dev.sluice.embed.reload.SettingsReport;
import dev.sluice.embed.reload.SettledRead;
import dev.sluice.server.Server;
import dev.sluice.server.auth.AccessPolicy;
import dev.sluice.server.auth.AuthFilter;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.reload.ReloadReport;
import dev.sluice.server.reload.RunningConfiguration;
import dev.sluice.server.stats.ServerClock;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Puts a changed configuration in force while the hub runs: either everything that a running hub can apply,
/// or nothing. One thread at a time reloads; streams, publishes and other requests continue.
final class Reloader implements RunningConfiguration {
    private static final System.Logger LOG = System.getLogger(Reloader.class.getName());

    /// The longest wait of a reload for another one.
    private static final Duration TURN_MAX = Duration.ofSeconds(5);

    /// The time for event loops to review their streams. They never finish if the server stops during that.
    private static final Duration REVIEW_MAX = Duration.ofSeconds(60);

    private final ProgramOptions options;
    private final @Nullable ConfigurationSource source;
    private final ServerClock clock;
    private final AccessFilter access;
    private final Log log;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean isRequested = new AtomicBoolean();
    private volatile Configuration inForce;
    private volatile @Nullable ReloadReport last;
    private volatile @Nullable Server server;
    private volatile boolean isClosed;

    /// @param source null if the configuration is in the program's code
    /// @param access the filter of the server's requests
    Reloader(
            ProgramOptions options,
            @Nullable ConfigurationSource source,
            Configuration inForce,
            AccessFilter access,
            Log log,
            ServerClock clock) {
        this.options = options;
        this.source = source;
        this.inForce = inForce;
        this.access = access;
        this.log = log;
        this.clock = clock;
    }

    /// Makes this server follow the source. The log may have rules of an earlier start in force: the rules of
    /// the file replace them now, unless they would delete kept events.
    void started(Server running) {
        server = running;
        if (source != null) Thread.ofVirtual().name("sluice-rules").start(this::followRules);
    }

    private void followRules() {
        lock.lock();
        try {
            List<RetentionLoss> losses = changeRules(inForce, false);
            if (losses.isEmpty()) return;
            ReloadReport report = new ReloadReport(clock.wall().instant(), List.of(), List.of(), losses, 0);
            last = report;
            logLosses(report);
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof IllegalArgumentException refused)
                LOG.log(Level.WARNING, notTaken(refused));
            else LOG.log(Level.DEBUG, "the log takes no rules", failed); // It is closed.
        } finally {
            lock.unlock();
        }
    }

    private List<RetentionLoss> changeRules(Configuration to, boolean isConfirmed) {
        return log.changeRules(to.retentionRules(), isConfirmed)
                .toCompletableFuture()
                .join();
    }

    /// The policy for readers that lag behind.
    Overflow overflow(ChannelName channel) {
        return inForce.rules().overflow(channel);
    }

    Configuration inForce() {
        return inForce;
    }

    @Override
    public byte[] settings() {
        return SettingsReport.of(inForce, isReloadable(), last);
    }

    @Override
    public boolean isReloadable() {
        return source != null;
    }

    @Override
    public @Nullable ReloadReport last() {
        return last;
    }

    /// Reloads for a caller that needs no answer, such as a signal. Any number of calls during a reload lead
    /// to one more reload, which sees all changes.
    void request() {
        if (isRequested.getAndSet(true)) return;
        lock.lock();
        try {
            isRequested.set(false);
            reload(false);
        } finally {
            lock.unlock();
        }
    }

    /// Stops reloading.
    void close() {
        isClosed = true;
    }

    @Override
    public @Nullable ReloadReport reload(boolean confirmed) {
        Server running = server;
        if (source == null || running == null || isClosed || !tryLock()) return null;
        try {
            ReloadReport before = last;
            ReloadReport report = reload(source, running, confirmed);
            last = report;
            log(before, report);
            return report;
        } finally {
            lock.unlock();
        }
    }

    private ReloadReport reload(ConfigurationSource from, Server running, boolean isConfirmed) {
        Instant now = clock.wall().instant();
        try {
            ConfigurationSource.Content content = new SettledRead(from, inForce).content();
            content.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            ConfigurationChange change =
                    new ConfigurationChange(inForce, options.configuration(content.configuration()));
            Configuration next = change.followed(true);
            // If the file has no keys and grants, those in force stay until a restart.
            AccessPolicy policy = access instanceof AuthFilter filter && change.keepsAccess()
                    ? ConfiguredAccess.policy(next, content.keys(), clock, filter.policy())
                    : null;
            String unread = policy == null ? null : prepare(policy);
            if (unread != null) return ReloadReport.refused(now, List.of(unread));
            List<RetentionLoss> losses = changeRules(next, isConfirmed);
            if (!losses.isEmpty()) next = change.followed(false);
            return new ReloadReport(now, List.of(), change.needingRestart(), losses, follow(running, next, policy));
        } catch (InvalidConfigurationException invalid) {
            return ReloadReport.refused(
                    now, String.valueOf(invalid.getMessage()).lines().toList());
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            return ReloadReport.refused(now, List.of(notTaken(cause)));
        }
    }

    /// @return the reason why the keys and grants can't be in force; null if they can
    private @Nullable String prepare(AccessPolicy policy) {
        if (!(access instanceof AuthFilter filter)) return null;
        try {
            filter.prepare(policy);
            return null;
        } catch (RuntimeException failed) {
            return "The log's revocations, which longer lifetimes of tokens need, can't be read: "
                    + failed.getMessage();
        }
    }

    private static String notTaken(Throwable cause) {
        return "The log does not take the retention rules: " + cause.getMessage();
    }

    private boolean tryLock() {
        try {
            return lock.tryLock(TURN_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Applies the change. Nothing fails from here on.
    private int follow(Server running, Configuration next, @Nullable AccessPolicy policy) {
        LimitSettings limits = next.server().limits();
        boolean isLimited = !limits.equals(inForce.server().limits());
        if (isLimited) running.replace(limits); // Otherwise all buckets would be full again.
        boolean hasOtherHook = !HookTable.settings(next).equals(HookTable.settings(inForce));
        OriginSettings security = next.security();
        running.follow(security, next.server().connectionsMax());
        inForce = next;
        if (!(access instanceof AuthFilter filter)) return 0;
        filter.security().follow(security);
        if (isLimited) filter.failures().replace(limits);
        if (policy == null) return 0;
        if (hasOtherHook) filter.replace(HookTable.settings(next).orElse(null));
        return filter.replace(policy, next.digest())
                .toCompletableFuture()
                .completeOnTimeout(0, REVIEW_MAX.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static void log(@Nullable ReloadReport before, ReloadReport report) {
        if (!report.isInForce()) {
            LOG.log(
                    Level.ERROR,
                    "the configuration was not reloaded, the one before stays in force:\n"
                            + String.join("\n", report.mistakes()));
            return;
        }
        LOG.log(Level.INFO, "the configuration was reloaded ended=" + report.ended());
        boolean isKnown = before != null && before.restart().equals(report.restart());
        if (!isKnown && !report.restart().isEmpty()) {
            LOG.log(Level.WARNING, "needs a restart: " + String.join(", ", report.restart()));
        }
        logLosses(report);
    }

    private static void logLosses(ReloadReport report) {
        for (RetentionLoss loss : report.losses()) LOG.log(Level.WARNING, text(loss));
    }

    private static String text(RetentionLoss loss) {
        return "a changed rule is not applied, because it would delete what is kept; confirm it with"
                + " 'sluice reload --confirm' match=" + loss.pattern() + " channels=" + loss.channels() + " events="
                + (loss.isAtLeast() ? ">=" : "") + loss.events() + " bytes=" + loss.bytes();
    }
}
