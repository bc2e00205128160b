/**
 * Errors as RFC 9457 problems: the catalogue ({@link dev.fathom.http.problem.ProblemType}), the body
 * ({@link dev.fathom.http.problem.Problem}) with what it shows of a change that was refused or failed, and the one switch from
 * exception to problem ({@code ExceptionMappers}).
 */
package dev.fathom.http.problem;
