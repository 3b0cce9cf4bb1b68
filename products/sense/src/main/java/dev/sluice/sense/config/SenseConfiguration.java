package dev.sluice.sense.config;

import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;

/// The contents of `sense.toml`.
///
/// @param publicUrl    the address under which people reach Sense, for links in alerts; empty if there is
///                     none
/// @param witnesses    services of which at least one is reachable while this machine's network works; empty
///                     if that is not checked
/// @param heartbeatUrl requested once a minute while checks run as planned, for a dead man's switch
public record SenseConfiguration(
        List<CheckDefinition> checks,
        List<NotifierDefinition> notifiers,
        String publicUrl,
        List<HostAndPort> witnesses,
        Optional<HttpUrl> heartbeatUrl) {
    public static final SenseConfiguration NONE =
            new SenseConfiguration(List.of(), List.of(), "", List.of(), Optional.empty());

    public SenseConfiguration {
        checks = List.copyOf(checks);
        notifiers = List.copyOf(notifiers);
        witnesses = List.copyOf(witnesses);
    }
}
