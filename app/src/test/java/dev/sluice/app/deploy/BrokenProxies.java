package dev.sluice.app.deploy;

import dev.sluice.core.Ports;
import dev.sluice.server.Await;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.PemFile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// nginx, HAProxy and Caddy in front of a hub, each with many addresses, of which each has one fault. Every
/// address connects to the hub from a different loopback address, so that the hub treats them as different
/// clients.
final class BrokenProxies implements AutoCloseable {
    /// The settings of nginx as documented, one by one, so that a fault can leave one out.
    private static final Map<String, String> SOUND = new LinkedHashMap<>();

    static {
        SOUND.put("version", "proxy_http_version 1.1;");
        SOUND.put("host", "proxy_set_header Host $http_host;");
        SOUND.put(
                "upgrade", "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;");
        SOUND.put("forwarded", "proxy_set_header X-Forwarded-For $remote_addr;");
        SOUND.put("buffering", "proxy_buffering off;");
        SOUND.put("uploads", "proxy_request_buffering off;");
        SOUND.put("time", "proxy_read_timeout 5m; proxy_send_timeout 5m;");
    }

    private final Path folder;
    private final String hub;
    private final StringBuilder nginx = new StringBuilder();
    private final StringBuilder haproxy = new StringBuilder();
    private final StringBuilder caddy = new StringBuilder();
    private final StringBuilder caddyServers = new StringBuilder();
    private final List<Integer> ports = new ArrayList<>();

    private final List<Process> processes = new ArrayList<>();
    private int addresses = 10;

    /// @param hub    host and port
    /// @param folder takes all files
    BrokenProxies(String hub, Path folder) {
        this.hub = hub;
        this.folder = folder;
    }

    private int port() {
        int port = Ports.free();
        ports.add(port);
        return port;
    }

    private String source() {
        return "127.0.0." + ++addresses;
    }

    /// nginx with the documented settings except one, and with some more.
    ///
    /// @param except keys of [#SOUND] with spaces between, or empty
    /// @param more   of the location
    URI nginx(String except, String more) {
        return nginx(hub, except, more);
    }

    URI nginx(String to, String except, String more) {
        var settings = new StringBuilder();
        SOUND.forEach((name, setting) -> {
            if (!List.of(except.split(" ", -1)).contains(name)) settings.append(setting + "\n");
        });
        return server("127.0.0.1", "", "location / { proxy_pass http://" + to + ";\n" + settings + more + " }");
    }

    /// nginx with the documented settings, and one answer that it keeps for a minute, against the hub's
    /// Cache-Control.
    URI nginxWithCache() {
        String sound = "proxy_pass http://" + hub + ";\n" + String.join("\n", SOUND.values());
        String cached = sound.replace("proxy_buffering off;", "")
                + "proxy_cache answers; proxy_cache_valid 200 1m; proxy_ignore_headers Cache-Control Vary;";
        return server(
                "127.0.0.1", "", "location / { " + sound + " }\nlocation = /doctor/count.json { " + cached + " }");
    }

    /// nginx with one setting: where the hub is.
    URI nginxByDefault() {
        return server("127.0.0.1", "", "location / { proxy_pass http://" + hub + "; }");
    }

    /// nginx with TLS and the documented settings.
    URI nginxWithTls(CertifiedKey certified, String options) throws IOException {
        String name = "certificate" + ports.size();
        Files.writeString(folder.resolve(name + ".pem"), PemFile.text(certified.chain()));
        Files.writeString(folder.resolve(name + ".key"), PemFile.text(certified.key()));
        String tls = "ssl_certificate %1$s/%2$s.pem; ssl_certificate_key %1$s/%2$s.key;\n".formatted(folder, name);
        URI plain = server(
                "127.0.0.1",
                " ssl" + options,
                tls + "location / { proxy_pass http://" + hub + ";\n" + String.join("\n", SOUND.values()) + " }");
        return URI.create("https://localhost:" + plain.getPort() + "/");
    }

    /// nginx with a server of one's own.
    URI nginxServer(String server) {
        return server("127.0.0.1", "", server);
    }

    /// nginx at an address that is not one of the hub's names.
    URI nginxUnderAnotherName() {
        return server(
                "127.0.0.2",
                "",
                "location / { proxy_pass http://" + hub + ";\n" + String.join("\n", SOUND.values()) + " }");
    }

    private URI server(String host, String options, String server) {
        int port = port();
        nginx.append(
                "server { listen %s:%d%s; proxy_bind %s;\n%s\n}\n".formatted(host, port, options, source(), server));
        return URI.create("http://" + (host.equals("127.0.0.1") ? "localhost" : host) + ":" + port + "/");
    }

    /// HAProxy with the timeouts of Debian's file, and with some more.
    ///
    /// @param more of the part that is both frontend and backend
    URI haproxy(String more) {
        int port = port();
        haproxy.append("""
                listen l%1$d
                    bind 127.0.0.1:%1$d
                    source %2$s
                    server hub %3$s
                    %4$s
                """.formatted(port, source(), hub, more));
        return URI.create("http://localhost:" + port + "/");
    }

    /// Caddy, without a configuration but the hub's address.
    ///
    /// @param to       the hub, to which Caddy connects from no separate address
    /// @param timeouts of its server
    /// @param more     of its proxy
    URI caddy(URI to, String timeouts, String more) {
        int port = port();
        if (!timeouts.isEmpty()) caddyServers.append("servers :%d {\ntimeouts {\n%s\n}\n}\n".formatted(port, timeouts));
        caddy.append("http://localhost:%d {\nreverse_proxy %s {\n%s\n}\n}\n".formatted(port, to.getAuthority(), more));
        return URI.create("http://localhost:" + port + "/");
    }

    /// Starts the programs, and waits until all addresses answer.
    void start() throws IOException {
        var paths = new StringBuilder();
        for (String each : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            paths.append("%1$s_temp_path %2$s/%1$s;\n".formatted(each, folder));
        }
        start("nginx.conf", """
                user root; worker_processes 1; pid %1$s/nginx.pid; error_log %1$s/nginx.log; events { worker_connections 1024; }
                http { access_log off; %2$s
                proxy_cache_path %1$s/cache keys_zone=answers:1m;
                map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                %3$s }
                """.formatted(folder, paths, nginx), "nginx", "-g", "daemon off;", "-c");
        start("haproxy.cfg", """
                defaults
                    mode http
                    timeout connect 5000
                    timeout client 50000
                    timeout server 50000
                """ + haproxy, "haproxy", "-db", "-f");
        start(
                "Caddyfile",
                "{\nadmin off\nauto_https off\n" + caddyServers + "}\n" + caddy,
                "caddy",
                "run",
                "--adapter",
                "caddyfile",
                "--config");
        for (int port : ports)
            Await.that(() -> isListening(port), () -> "nothing listens at " + port + ": " + output());
    }

    private void start(String name, String configuration, String... command) throws IOException {
        Path file = Files.writeString(folder.resolve(name), configuration);
        var all = new ArrayList<>(List.of(command));
        all.add(file.toString());
        processes.add(new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .start());
    }

    private static boolean isListening(int port) {
        for (String host : List.of("127.0.0.1", "127.0.0.2")) {
            try (var socket = new Socket(host, port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                // Or at the other one.
            }
        }
        return false;
    }

    private String output() {
        var all = new StringBuilder();
        for (String name : List.of("nginx.conf", "haproxy.cfg", "Caddyfile")) {
            try {
                all.append(Files.readString(folder.resolve(name + ".out")));
            } catch (IOException none) {
                all.append(none);
            }
        }
        return all.toString();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (Process each : processes) {
            try {
                if (!each.waitFor(60, TimeUnit.SECONDS)) each.destroyForcibly();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
