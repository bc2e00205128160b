/**
 * The only package that knows HTTP, by feature: each has its resources, what reads their requests and the records of their
 * answers, whose components are the fields of the contract, made from a feature's answer by a static {@code of}.
 *
 * <p>Below the features, in the order a request meets them: {@link dev.fathom.http.problem} (errors),
 * {@link dev.fathom.http.request} (what is looked at before a resource is called, and how it reads),
 * {@link dev.fathom.http.auth} (who calls, and whether they may), {@link dev.fathom.http.change} (what every change has in
 * common), {@link dev.fathom.http.answer} (lists, files, ETags); {@link dev.fathom.http.contract} writes down in the contract
 * what is the same for all, and {@link dev.fathom.http.words} which words a text can have. No two of these packages need each other.
 */
package dev.fathom.http;
