package dev.sluice.server.page;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// A page in all languages, in the order of [Language#column].
record Templates(List<Template> templates) {
    static Templates of(String file, Messages messages) {
        return new Templates(Arrays.stream(Language.values())
                .sorted(Comparator.comparingInt(Language::column))
                .map(language -> Template.of(file, messages, language))
                .toList());
    }

    Template in(Language language) {
        return templates.get(language.column());
    }
}
