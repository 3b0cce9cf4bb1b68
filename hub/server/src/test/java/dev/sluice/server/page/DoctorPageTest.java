package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import org.junit.jupiter.api.Test;

/// The page of the doctor in a real browser, without a proxy: what proxies do is shown for the command line.
final class DoctorPageTest {
    private static final String OVER =
            "['well', 'ill'].includes(document.getElementById('outcome').dataset.kind) && !document.getElementById('start').disabled";

    @Test
    void findsOnlyTheLimitOfSixConnectionsWithoutAProxy() {
        try (var server = TestServer.start(
                        TestServer.settings(2).toBuilder().doctor(true).build());
                var browser = Browser.english()) {
            browser.open(server.uri("/doctor/#for=1")).await(OVER);
            assertThat(browser.texts("#probes li")).hasSize(9);
            assertThat(browser.texts("#probes [data-state=well]"))
                    .as(browser.texts("#probes li") + "")
                    .hasSize(9);
            assertThat(browser.texts(".finding"))
                    .singleElement()
                    .asString()
                    .contains("good to know", "6 of 7 concurrent streams connected", "bind :443 ssl crt");
            assertThat(browser.texts("#outcome")).containsExactly("The doctor found no problems.");
            assertThat(Axe.violations(browser)).isEmpty();

            // As without HTTPS.
            browser.run("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
            browser.find("#copy-json").click();
            browser.await("document.getElementById('copy-json').textContent === 'Not allowed'");
            browser.find("[data-copies=command]").click();
            browser.await("getSelection().toString().startsWith('sluice doctor http')");

            browser.choose("language", "zh");
            browser.await("document.querySelector('.finding h2').textContent === '此处只支持 HTTP/1.1'");
            assertThat(browser.texts("#outcome")).containsExactly("诊断没有发现问题。");
            assertThat(browser.texts("#probes .seen")).contains("收到 3 条消息中的 3 条，关闭代码 1000");
            assertThat(Axe.violations(browser)).isEmpty();
            assertThat(browser.complaints()).isEmpty();

            // Two observations in one line are joined as Chinese joins them.
            browser.run("""
                    const real = window.fetch;
                    window.fetch = async (url, options) => {
                        const answer = await real(url, options);
                        if (!answer.ok || !String(url).includes('/echo')) return answer; // Refused: the run before still ends.
                        const echo = { ...(await answer.json()), proxy: 'the header Via' };
                        return Response.json(echo, { headers: answer.headers });
                    };""");
            // A busy machine may answer too late for a run: the button, which does nothing during a run, begins the
            // next.
            browser.await("(document.getElementById('start').click(),"
                    + "document.querySelector('[data-probe=arrival] .seen').textContent"
                    + ".endsWith('HTTP/1.1；检测到代理：the header Via'))");
        }
    }

    @Test
    void explainsHowToEnableTheDoctorOfTheHub() {
        try (var server = TestServer.start();
                var browser = Browser.english()) {
            browser.open(server.uri("/doctor/")).await(OVER);
            assertThat(browser.texts(".finding"))
                    .singleElement()
                    .asString()
                    .contains("does not answer this doctor", "doctor = true");
            assertThat(browser.texts("#probes [data-state=skipped]"))
                    .hasSize(8)
                    .allSatisfy(each -> assertThat(each).contains("not checked"));
        }
    }
}
