package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.Hub;
import dev.sluice.server.health.Probes;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.head.Method;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The routes of admin listeners. Each needs a credential where there are keys, or a reason here; the hub's own
/// routes are in `AccessMatrixTest`.
class AdminRoutesTest {
    private static final Map<String, String> WITHOUT_CREDENTIAL = Map.of(
            "GET /livez", "a probe: says only that an event loop answers",
            "GET /readyz", "a probe: says only whether the hub takes requests");

    private static final int OPERATOR_ROUTES = 9;

    private static List<String> undescribed(Router router) {
        return router.mappings().stream()
                .filter(each -> !each.isFiltered())
                .map(each -> each.method().name() + " " + each.path())
                .filter(each -> !WITHOUT_CREDENTIAL.containsKey(each))
                .toList();
    }

    @Test
    void haveAReasonIfTheyNeedNoCredential() {
        try (TestServer server = TestServer.start()) {
            Hub hub = server.server().hub();
            Router admin = Endpoints.adminRoutes(
                    AccessFilter.OPEN, new Probes(hub), exchange -> {}, new OperatorRoutes(hub, exchange -> {}));
            assertThat(admin.mappings()).hasSize(WITHOUT_CREDENTIAL.size() + 1 + OPERATOR_ROUTES);
            assertThat(undescribed(admin)).isEmpty();
        }
    }

    @Test
    void areReportedWithoutAReason() {
        assertThat(undescribed(new Router().onUnfiltered(Method.GET, "/figures", exchange -> {})))
                .containsExactly("GET /figures");
        assertThat(undescribed(new Router().on(Method.GET, "/figures", exchange -> {})))
                .as("which asks for a credential")
                .isEmpty();
    }
}
