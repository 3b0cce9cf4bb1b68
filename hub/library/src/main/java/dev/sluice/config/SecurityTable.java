package dev.sluice.config;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType.Several;
import dev.sluice.config.setting.SettingType.Switch;
import dev.sluice.config.setting.SettingType.Text;
import dev.sluice.config.setting.SettingType.Word;
import dev.sluice.config.setting.Values;
import dev.sluice.server.http.policy.ForwardedHeader;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.net.address.AddressRange;
import dev.sluice.server.net.address.TrustedProxies;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The settings at the top of the file that accept or refuse requests by their hosts, origins and proxies.
/// They are documented among those of [ListenTable].
public final class SecurityTable {
    private static final int NAMES_MAX = 1_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}]|\\*");

    public static final Setting<Boolean> INSECURE = new Setting<>(
            "insecure",
            new Switch(),
            false,
            "Whether everybody who can reach the hub may read, publish and delete, on any interface. The hub then"
                    + " also answers under its addresses and this machine's name. Not together with keys or grants.");

    public static final Setting<Boolean> BEHIND_PROXY = new Setting<>(
            "behind_proxy",
            new Switch(),
            false,
            "Whether requests of a proxy are served without keys and grants: then everybody who can reach the"
                    + " proxy may read, publish and delete, as far as it allows. With keys or grants they always are.");

    public static final Setting<List<String>> TRUSTED_PROXIES = new Setting<>(
            "trusted_proxies",
            new Several<>(
                    new Text(
                            "an address such as \"127.0.0.1\", or a block such as \"10.0.0.0/8\", without bits behind"
                                    + " its prefix",
                            text -> AddressRange.parse(text).isPresent()),
                    NAMES_MAX),
            List.of(),
            "Proxies that are believed when they say where a client is (`forwarded_header`). `[limits]` are"
                    + " for their clients, not for them. Without keys and grants, their requests still need"
                    + " `behind_proxy`.");

    public static final Setting<ForwardedHeader> FORWARDED_HEADER = new Setting<>(
            "forwarded_header",
            new Word<>(ForwardedHeader.class),
            ForwardedHeader.X_FORWARDED_FOR,
            "The header in which `trusted_proxies` say where a client is; the other one is ignored. It is read from the"
                    + " right, through trusted addresses only. With `x-forwarded-for`, `X-Forwarded-Proto` says"
                    + " whether the client's connection is encrypted.");

    public static final Setting<List<String>> ORIGINS = new Setting<>(
            "origins",
            new Several<>(
                    new Text(
                            "an origin such as \"https://shop.example\" or \"https://*.shop.example\", or \"*\" for"
                                    + " all",
                            SecurityTable::isOrigin),
                    NAMES_MAX),
            List.of(),
            "Origins other than the hub's own whose pages may use it, with its cookies; with `*.` those of all"
                    + " subdomains of a domain, not of the domain itself. `*` for all, then without cookies.");

    public static final Setting<List<String>> ALLOW_HOSTS = new Setting<>(
            "allow_hosts",
            new Several<>(
                    new Text(
                            "a host's name without port, such as \"hub.example\", or \"*\" for all",
                            text -> NAME.matcher(text).matches()),
                    NAMES_MAX),
            List.of(),
            "Names other than `localhost` that requests may have in `Host`, without port. With `*`, a web page"
                    + " elsewhere whose name resolves to this hub can use it.");

    /// The settings that a running hub can apply.
    static final List<Setting<?>> RELOADED = List.of(TRUSTED_PROXIES, FORWARDED_HEADER, ORIGINS, ALLOW_HOSTS);

    private SecurityTable() {}

    /// With keys or grants, the hub needs no protection from other clients that reach it.
    static OriginSettings security(Values values, AccessTables access) {
        return new OriginSettings(
                values.get(INSECURE) || access.isConfigured(),
                values.get(BEHIND_PROXY),
                new OriginSettings.Accepted(
                        Set.copyOf(values.get(ALLOW_HOSTS)),
                        Set.copyOf(values.get(ORIGINS)),
                        trustedProxies(values),
                        values.get(FORWARDED_HEADER)));
    }

    private static TrustedProxies trustedProxies(Values values) {
        return TrustedProxies.of(values.get(TRUSTED_PROXIES).stream()
                .flatMap(text -> AddressRange.parse(text).stream())
                .toList());
    }

    private static boolean isOrigin(String text) {
        try {
            return !new OriginSettings(false, false, Set.of(), Set.of(text))
                    .accepted()
                    .origins()
                    .isEmpty();
        } catch (IllegalArgumentException noOrigin) {
            return false; // The server owns the rule; a copy here would diverge.
        }
    }
}
