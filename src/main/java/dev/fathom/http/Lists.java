package dev.fathom.http;

import dev.fathom.http.model.ItemProblem;
import dev.fathom.http.model.Listing;
import dev.fathom.http.model.PageInfo;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import java.time.Instant;
import java.util.List;

/** Turns pages into the list every operation answers. */
final class Lists {

    private Lists() {}

    /** @param order what the list is sorted by, for the cursor */
    static <T> Listing<T> of(
            String order, PageRequest request, Page<T> page, List<ItemProblem> problems, Instant observedAt) {
        PageInfo info = new PageInfo(
                page.total(), request.limit(), Cursor.next(order, page).orElse(null));
        return new Listing<>(page.items(), info, problems, observedAt);
    }
}
