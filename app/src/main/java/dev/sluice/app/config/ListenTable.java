package dev.sluice.app.config;

import dev.sluice.app.config.Kind.Several;
import dev.sluice.app.config.Kind.Switch;
import dev.sluice.app.config.Kind.Text;
import dev.sluice.app.config.Kind.Whole;
import dev.sluice.server.http.Security;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The top of the file: where the hub listens, and who may reach it there.
public final class ListenTable {
    private static final int NAMES_MAX = 1_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:%\\[\\]-]{1,255}");

    public static final Setting<String> HOST = new Setting<>(
            "host",
            new Text("the name or address of an interface, such as \"127.0.0.1\"", ListenTable::isName),
            "127.0.0.1",
            "The interface to listen on. Any but loopback needs `insecure`.");

    public static final Setting<Long> PORT =
            new Setting<>("port", new Whole(0, 65_535), 8420L, "The port to listen on; 0 takes a free one.");

    public static final Setting<Boolean> INSECURE = new Setting<>(
            "insecure",
            new Switch(),
            false,
            "Whether everybody who can reach the hub may use it, on any interface and under any name.");

    public static final Setting<List<String>> ORIGINS = new Setting<>(
            "origins",
            new Several<>(
                    new Text("an origin such as \"https://shop.example\", or \"*\" for all", ListenTable::isOrigin),
                    NAMES_MAX),
            List.of(),
            "Origins besides its own whose pages may use the hub; `*` for all, then without cookies.");

    public static final Setting<List<String>> ALLOW_HOSTS = new Setting<>(
            "allow_hosts",
            new Several<>(new Text("a host's name without port, such as \"hub.example\"", ListenTable::isName), NAMES_MAX),
            List.of(),
            "Names besides `localhost` under which requests may come (their `Host`), without port.");

    static final List<Setting<?>> ALL = List.of(HOST, PORT, INSECURE, ORIGINS, ALLOW_HOSTS);

    private ListenTable() {}

    static Security security(Values values) {
        return new Security(
                values.get(INSECURE), Set.copyOf(values.get(ALLOW_HOSTS)), Set.copyOf(values.get(ORIGINS)));
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static boolean isOrigin(String text) {
        try {
            return !new Security(false, Set.of(), Set.of(text)).origins().isEmpty();
        } catch (IllegalArgumentException noOrigin) {
            return false; // The server has the rule; a copy of it here would go its own way.
        }
    }
}
