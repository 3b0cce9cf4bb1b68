package dev.sluice.demos;

import dev.sluice.server.Browser;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openqa.selenium.Keys;

/// A user in a room of the chat, in a browser.
record ChatUser(Browser browser, String name) {
    private static final String MESSAGES = "[...document.querySelectorAll('#messages .message')]"
            + ".map(row => row.querySelector('.who').textContent + ': ' + row.querySelector('.text').textContent)";

    /// Enters a room under this name and waits until the user is shown in it.
    ChatUser enter(URI hub, String room) {
        browser.open(hub.resolve("/livez")); // A page of the same origin, so that the chat uses this storage.
        browser.run("sessionStorage.clear(); sessionStorage.setItem('sluice.chat.name', arguments[0])", name);
        String hash = URLEncoder.encode(room, StandardCharsets.UTF_8).replace("+", "%20");
        browser.open(hub.resolve("/demos/client/chat.html#" + hash)).awaitState("open");
        return awaitHere(name);
    }

    /// Waits until a user is shown as present.
    ChatUser awaitHere(String user) {
        browser.await(
                "[...document.querySelectorAll('#here bdi')].some(each => each.textContent === arguments[0])", user);
        return this;
    }

    ChatUser awaitGone(String user) {
        browser.await(
                "[...document.querySelectorAll('#here bdi')].every(each => each.textContent !== arguments[0])", user);
        return this;
    }

    ChatUser write(String text) {
        browser.find("#text").sendKeys(text);
        return this;
    }

    ChatUser say(String text) {
        browser.find("#text").sendKeys(text, Keys.ENTER);
        return this;
    }

    @SuppressWarnings("unchecked") // A JavaScript array of strings.
    List<String> said() {
        return (List<String>) browser.run("return " + MESSAGES);
    }

    ChatUser awaitSaid(int count) {
        browser.await("document.querySelectorAll('#messages .message').length === arguments[0]", count);
        return this;
    }

    ChatUser awaitSaid(String text) {
        browser.await(MESSAGES + ".includes(arguments[0])", text);
        return this;
    }

    ChatUser awaitUnsent(int count) {
        browser.await("document.querySelectorAll('#unsent li').length === arguments[0]", count);
        return this;
    }

    /// Skips the pause before the next attempt.
    ChatUser retry() {
        browser.run(
                "document.getElementById('again').click()"); // The button may be hidden if the pause has just ended.
        return this;
    }

    ChatUser awaitText(String selector, String text) {
        browser.await("document.querySelector(arguments[0])?.innerText.includes(arguments[1])", selector, text);
        return this;
    }
}
