package dev.sluice.spring.boot;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The properties `sluice.*`.
///
/// @param url       Address of the hub. Without it the application embeds a hub if the artifact sluice is
///                  there.
/// @param nodes     Addresses of further nodes of the hub's cluster.
/// @param token     Token or static key that the hub asks for.
/// @param sslBundle Name of the SSL bundle for connections to the hub.
/// @param embedded  The hub inside the application.
/// @param settings  Settings of the embedded hub by their keys in sluice.toml, with '-' for '_', such as
///                  publish.event-max.
/// @param rules     Rules for channels of the embedded hub, as `[[channel]]` in sluice.toml.
/// @param keys      Keys that authenticate clients of the embedded hub, as `[[key]]` in sluice.toml.
/// @param grants    Grants of the embedded hub, as `[[grant]]` in sluice.toml.
@ConfigurationProperties("sluice")
public record SluiceProperties(
        @Nullable URI url,
        @DefaultValue List<URI> nodes,
        @Nullable String token,
        @Nullable String sslBundle,
        @DefaultValue Embedded embedded,
        @DefaultValue Map<String, String> settings,
        @DefaultValue List<Map<String, Object>> rules,
        @DefaultValue List<Map<String, Object>> keys,
        @DefaultValue List<Map<String, Object>> grants) {
    /// The hub inside the application.
    ///
    /// @param enabled Whether to embed a hub. By default if there is no url and the artifact sluice is there.
    /// @param data    Folder of the hub's events. Without it they are in memory, and lost at the end.
    /// @param host    Address to listen on. Any other than loopback requires keys, grants, or a SluiceAccess.
    /// @param port    Port to listen on; 0 chooses a free one.
    public record Embedded(
            @Nullable Boolean enabled,
            @Nullable Path data,
            @DefaultValue("127.0.0.1") String host,
            @DefaultValue("8420") int port) {}

    /// Returns the token without what would be shown in logs.
    @Override
    public String toString() {
        return "SluiceProperties[url=" + url + ", nodes=" + nodes + ", embedded=" + embedded + "]";
    }
}
