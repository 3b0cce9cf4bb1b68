package dev.sluice.server;

import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.SecretPaths;
import dev.sluice.server.http.policy.Cors;
import dev.sluice.server.page.Pages;
import dev.sluice.server.reload.RunningConfiguration;
import dev.sluice.server.subscribe.SubscribeParameter;
import dev.sluice.server.transport.Transport;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The parts that an embedding program adds to a hub. Each method returns a copy.
///
/// @param cors          the CORS headers for pages of other origins
/// @param pages         the pages of the hub, with links to those of the program
/// @param access        decides what the requests to the hub may do
/// @param routes        puts the program's routes before those of the hub; the budget is that of answers which their
///                      clients have not read
/// @param onFailure     called once, on a separate thread, with the reason when the log has failed
///                      ([dev.sluice.core.log.Log#failure])
/// @param configuration shows the settings to the operator and reads them again; null if that is not supported
/// @param transports    in addition to the hub's own
/// @param parameters    of subscriptions, in addition to the hub's own
/// @param secretPaths   paths that logs never contain in full
public record ServerExtensions(
        Cors cors,
        Pages pages,
        AccessFilter access,
        BiFunction<Router, InFlightBytes, Route> routes,
        Consumer<String> onFailure,
        @Nullable RunningConfiguration configuration,
        List<Transport> transports,
        List<SubscribeParameter<?>> parameters,
        SecretPaths secretPaths) {
    public ServerExtensions {
        transports = List.copyOf(transports);
        parameters = List.copyOf(parameters);
    }

    /// No extensions: a hub without access rules.
    public static ServerExtensions none() {
        return of(Cors.HUB, new Pages(List.of()), AccessFilter.OPEN, (hub, _) -> hub, _ -> {}, null);
    }

    public static ServerExtensions of(
            Cors cors,
            Pages pages,
            AccessFilter access,
            BiFunction<Router, InFlightBytes, Route> routes,
            Consumer<String> onFailure,
            @Nullable RunningConfiguration configuration) {
        return new ServerExtensions(
                cors, pages, access, routes, onFailure, configuration, List.of(), List.of(), SecretPaths.HUB);
    }

    public ServerExtensions withAccess(AccessFilter other) {
        return new ServerExtensions(
                cors, pages, other, routes, onFailure, configuration, transports, parameters, secretPaths);
    }

    public ServerExtensions withRoutes(BiFunction<Router, InFlightBytes, Route> other) {
        return new ServerExtensions(
                cors, pages, access, other, onFailure, configuration, transports, parameters, secretPaths);
    }

    public ServerExtensions withConfiguration(RunningConfiguration other) {
        return new ServerExtensions(cors, pages, access, routes, onFailure, other, transports, parameters, secretPaths);
    }

    /// Returns a copy with these transports and parameters.
    public ServerExtensions with(List<Transport> more, List<SubscribeParameter<?>> wanted) {
        return new ServerExtensions(cors, pages, access, routes, onFailure, configuration, more, wanted, secretPaths);
    }

    public ServerExtensions withSecretPaths(SecretPaths all) {
        return new ServerExtensions(cors, pages, access, routes, onFailure, configuration, transports, parameters, all);
    }
}
