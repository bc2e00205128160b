/**
 * The service itself: who one is to it, its catalogue of problems, its first page.
 */
package dev.fathom.http.service;
