package dev.sluice.server.page;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `GET /client.js`: the client for browsers and Node as one module. Pages of other origins that may use
/// the hub may load it from here.
public final class ClientModule implements Route {
    private static final String FOLDER = "/dev/sluice/server/client/";
    private static final String ENTRY = "sluice.js";
    private static final Pattern IMPORT = Pattern.compile("^import .* from '\\./(.+)';\n", Pattern.MULTILINE);
    private static final Pattern EXPORT = Pattern.compile("^export ", Pattern.MULTILINE);

    /// Made when somebody asks for it: a start need not wait for it.
    private static final class Made {
        static final Asset MODULE =
                Asset.of("text/javascript; charset=utf-8", bundle().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.request().parameters().allow(Set.of());
        exchange.answer(Made.MODULE.answer(exchange.request()).with("Cross-Origin-Resource-Policy", "cross-origin"));
    }

    @Override
    public boolean isCrossOrigin() {
        return true;
    }

    /// Each file behind those that it imports, without the lines that say so: as `client-js/bundle.mjs`
    /// does for npm.
    private static String bundle() {
        List<String> parts = new ArrayList<>();
        take(ENTRY, new HashSet<>(), parts);
        return String.join("\n", parts);
    }

    private static void take(String name, Set<String> taken, List<String> parts) {
        if (!taken.add(name)) return;
        Matcher imports = IMPORT.matcher(Pages.text(FOLDER + name));
        while (imports.find()) take(imports.group(1), taken, parts);
        String body = imports.replaceAll("");
        parts.add(name.equals(ENTRY) ? body : EXPORT.matcher(body).replaceAll(""));
    }
}
