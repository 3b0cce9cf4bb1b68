package dev.sluice.app.deploy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A program with a documented configuration file, from which only ports, names and paths differ in a test.
enum ProxyProgram {
    NGINX("nginx.conf") {
        @Override
        Map<String, String> replaced(Site site) {
            var all = new LinkedHashMap<String, String>();
            all.put("listen 443 ssl", "listen 127.0.0.1:" + site.port() + " ssl");
            all.put("/var/log/nginx", site.folder().toString());
            all.put("/run/nginx.pid", site.folder() + "/nginx.pid");
            // Folders that Debian's nginx has compiled in, and only root may write to.
            var own = new StringBuilder("http {\n");
            for (String each : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
                own.append(each + "_temp_path " + site.folder() + "/" + each + ";\n");
            }
            all.put("http {", own.toString());
            return all;
        }

        @Override
        List<String> start(Path file) {
            return List.of("nginx", "-c", file.toString(), "-g", "daemon off;");
        }

        @Override
        List<String> reload(Path file, Site site, long pid) {
            return List.of("nginx", "-c", file.toString(), "-s", "reload");
        }
    },
    HAPROXY("haproxy.cfg") {
        @Override
        Map<String, String> replaced(Site site) {
            var all = new LinkedHashMap<String, String>();
            all.put("bind :443 ssl", "bind 127.0.0.1:" + site.port() + " ssl");
            if (!USER.equals("root")) {
                all.put("    user haproxy\n", "");
                all.put("    group haproxy\n", "");
            }
            return all;
        }

        @Override
        List<String> start(Path file) {
            return List.of("haproxy", "-W", "-f", file.toString());
        }

        @Override
        List<String> reload(Path file, Site site, long pid) {
            return List.of("kill", "-USR2", "" + pid);
        }
    },
    CADDY("Caddyfile") {
        @Override
        Map<String, String> replaced(Site site) {
            var all = new LinkedHashMap<String, String>();
            all.put("hub.example:443", "localhost:" + site.port());
            all.put("localhost:2019", admin(site));
            return all;
        }

        @Override
        List<String> start(Path file) {
            return List.of("caddy", "run", "--adapter", "caddyfile", "--config", file.toString());
        }

        @Override
        List<String> reload(Path file, Site site, long pid) {
            // Forced, as the file has not changed.
            return List.of(
                    "caddy",
                    "reload",
                    "--force",
                    "--address",
                    admin(site),
                    "--adapter",
                    "caddyfile",
                    "--config",
                    file.toString());
        }

        private static String admin(Site site) {
            return "127.0.0.1:" + site.adminPort();
        }
    };

    private static final String USER = System.getProperty("user.name");

    private final String file;

    ProxyProgram(String file) {
        this.file = file;
    }

    /// Values of one test.
    ///
    /// @param folder has the certificate, and takes all that the program writes
    /// @param hub    host and port of the hub
    record Site(Path folder, String hub, int port, int adminPort) {}

    /// The name of the file in `examples/deploy`.
    String file() {
        return file;
    }

    /// The text of the file in this test.
    String configured(String documented, Site site) {
        var all = new LinkedHashMap<String, String>();
        all.put("/etc/ssl/hub.example", site.folder().toString());
        all.putAll(replaced(site));
        all.put("127.0.0.1:8420", site.hub());
        for (String each : all.keySet()) {
            if (!documented.contains(each)) throw new AssertionError(file + " has no '" + each + "'");
        }
        all.put("hub.example", "localhost");
        // At once, as a replacement may contain what is to be replaced: "localhost:2019" is in "localhost:20190".
        String texts = all.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|"));
        return Pattern.compile(texts)
                .matcher(documented)
                .replaceAll(text -> Matcher.quoteReplacement(all.get(text.group())));
    }

    /// The differences from the documented file besides the certificate, the hub and its name: text in the file, and
    /// its replacement.
    abstract Map<String, String> replaced(Site site);

    /// The command that runs the program until it is destroyed.
    abstract List<String> start(Path file);

    /// The command that makes it read the file again.
    abstract List<String> reload(Path file, Site site, long pid);
}
