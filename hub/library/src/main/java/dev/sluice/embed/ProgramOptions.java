package dev.sluice.embed;

import dev.sluice.config.ChannelRule;
import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.config.ListenTable;
import dev.sluice.config.Settings;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.log.Log;
import dev.sluice.embed.handler.AuthorizerFilter;
import dev.sluice.embed.reload.ConfigurationSource;
import dev.sluice.embed.route.Paths;
import dev.sluice.server.Server;
import dev.sluice.server.ServerExtensions;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.SecretPaths;
import dev.sluice.server.http.policy.Cors;
import dev.sluice.server.page.Link;
import dev.sluice.server.page.Pages;
import dev.sluice.server.stats.ServerClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The options of a program before the start: settings by their keys, and others that have no key in a file.
final class ProgramOptions {
    final List<Link> links = new ArrayList<>();
    final List<Pattern> keptOpen = new ArrayList<>();
    final List<Pattern> owned = new ArrayList<>();
    final List<String> secretPaths = new ArrayList<>();
    Duration corsMaxAge = Cors.MAX_AGE;

    /// Null to allow all headers that a page asks for.
    @Nullable
    String corsHeaders;

    Duration sendTimeout = Duration.ofSeconds(30);
    boolean servesHub = true;
    boolean closesAtShutdown = true;
    Consumer<String> onFailure = reason -> {};
    Runnable onDrained = () -> {};
    AccessFilter access = AccessFilter.OPEN;

    /// The parts of [Budget#PROTOCOLS] that are reserved.
    final AtomicInteger reservations = new AtomicInteger();

    @Nullable
    ConfigurationSource source;

    private final Configuration given;
    private final List<ChannelRule> rules = new ArrayList<>();
    private final ProgramAccess entries = new ProgramAccess();
    private Flags flags = Flags.NONE;

    /// @param given the configuration that the program's own settings override
    ProgramOptions(Configuration given) {
        this.given = given;
    }

    /// @param method the method's name, for messages
    <T> void set(Setting<T> setting, String method, T value) {
        flags = flags.set(setting, method, value);
    }

    void set(String key, String value) {
        if (Settings.NOT_OF_PROGRAMS.contains(key)) {
            throw new IllegalArgumentException("set: '" + key
                    + "' is for 'sluice serve': a program chooses its log by Sluice.in or Sluice.inMemory.");
        }
        flags = flags.with("set", key, value);
    }

    void rule(String match, Map<String, String> settings) {
        if (rules.stream().anyMatch(rule -> rule.pattern().value().equals(match))) {
            throw new IllegalArgumentException(
                    "rule: '" + match + "' already has a rule, and only the first one applies.");
        }
        rules.add(ChannelRule.of("rule", match, settings));
    }

    void authorizer(AccessFilter filter) {
        entries.requireNone();
        access = filter;
    }

    void key(String kid, Map<String, ?> settings) {
        requireNoAuthorizer("key");
        entries.key(kid, settings);
    }

    void grant(String to, Map<String, ?> settings) {
        requireNoAuthorizer("grant");
        entries.grant(to, settings);
    }

    void listen(Map<String, ?> settings) {
        entries.listen(settings);
    }

    private void requireNoAuthorizer(String method) {
        if (access.equals(AccessFilter.OPEN)) return;
        throw new IllegalStateException(method + ": an authorizer decides already; remove one of them.");
    }

    /// The port that the program chose; 0 for a free one.
    int port() {
        return Math.toIntExact(flags.values().get(ListenTable.PORT));
    }

    Configuration configuration() throws InvalidConfigurationException {
        return configuration(given);
    }

    /// @param read the configuration that the program's own settings override
    Configuration configuration(Configuration read) throws InvalidConfigurationException {
        return entries.addedTo(read.with(rules)).overriddenBy(flags).fittingTheHeap(reservations.get() > 0);
    }

    /// Reads the files of the hub's pages, and puts those of the program into their frame.
    Pages pages(Paths paths) {
        Pages pages = servesHub ? new Pages(links) : Pages.unserved();
        paths.frame(pages, servesHub);
        return pages;
    }

    /// Reads the files that keys and addresses name.
    void read(Configuration configuration) throws InvalidConfigurationException {
        entries.filter(configuration).ifPresent(filter -> access = filter);
    }

    Server start(Reloader reloader, ServerSettings settings, Log log, Paths paths, Pages pages) {
        AccessFilter filter = OwnedChannels.of(access, keptOpen, owned);
        paths.context().setAccess(filter, access instanceof AuthorizerFilter);
        SecretPaths secret = SecretPaths.ofProgram(secretPaths);
        paths.threads().setSecretPaths(secret);
        Server server = Server.start(
                servesHub
                        ? settings
                        : settings.toBuilder()
                                .security(settings.security().openToProxies())
                                .build(),
                log,
                ServerClock.system(),
                ServerExtensions.of(
                                Cors.ofProgram(corsHeaders, corsMaxAge),
                                pages,
                                filter,
                                (hub, unread) -> paths.before(hub, unread, settings, sendTimeout, servesHub),
                                onFailure,
                                reloader)
                        .withSecretPaths(secret));
        paths.context().setPublishLimits(server.publishLimits());
        reloader.started(server);
        server.onDrained(onDrained);
        return server;
    }
}
