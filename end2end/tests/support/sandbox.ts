// The sandbox as a test uses it: read the inbox, break Google in every known way, count what Google was asked to do.
// Paths and fields are those of crates/sandbox; its own tests hold it to them.
import { type APIRequestContext, type APIResponse, expect } from "@playwright/test";

import { sandboxUrl } from "./addresses";

/** Accounts that the stand-in Google knows from the start. */
export const googleAccounts = {
  ada: "ada@sandbox.test",
  ben: "ben@sandbox.test",
  /** Has a second and a read-only calendar. */
  cleo: "cleo@sandbox.test",
  /** Has a calendar without Meet. */
  noMeet: "nomeet@sandbox.test",
} as const;

/** What can go wrong; see `FaultKind` in crates/sandbox/src/faults.rs. */
export type FaultKind =
  | { kind: "status"; status: number; reason?: string; retry_after?: number }
  | { kind: "retry_after_date"; status: number; seconds: number }
  | { kind: "slow_drip" | "conference_delay_ms"; ms: number }
  | { kind: "lost_answer"; percent: number }
  | {
      kind:
        | "timeout_before"
        | "timeout_after"
        | "reset_after"
        | "truncated_json"
        | "unplugged"
        | "conference_pending_forever"
        | "conference_failure"
        | "undetected_collision"
        | "invalid_grant"
        | "drop_notifications"
        | "duplicate_notifications"
        | "reorder_notifications"
        | "smtp_550"
        | "smtp_451_then_ok"
        | "smtp_down"
        | "smtp_close_after_data";
    };

/** A fault, the requests it hits (all, without `match`), and how often. */
export interface Fault {
  match?: { method?: string; account?: string; calendar?: string };
  fault: FaultKind;
  times?: number;
  probability?: number;
}

/** A request that the stand-in Google received. */
export interface LedgerRow {
  seq: number;
  account: string | null;
  method: string;
  path: string;
  calendar: string | null;
  event: string | null;
  request_id: string | null;
  send_updates: string | null;
  status: number | null;
  fault: string | null;
  effect: boolean;
}

/** Which rows of the ledger; without anything, all. */
export interface LedgerQuery {
  method?: string;
  account?: string;
  calendar?: string;
  event?: string;
  status?: number;
  effect?: boolean;
  after?: number;
}

/** An event of the stand-in Google, as its API shows it. */
export interface CalendarEvent {
  id: string;
  status: "confirmed" | "cancelled";
  summary?: string;
  description?: string;
  hangoutLink?: string;
  start?: { dateTime: string; timeZone?: string };
  end?: { dateTime: string; timeZone?: string };
  attendees?: { email: string }[];
}

/** A part of a mail that is not its text: the calendar entry, an attachment. */
export interface MailPart {
  content_type: string;
  name: string | null;
  size: number;
  text: string | null;
}

/** A mail as it was delivered; see `MailView` in crates/sandbox/src/control/mails.rs. */
export interface Mail {
  id: number;
  /** Whether TimeTap sent it, or Google did (an invitation). */
  origin: "smtp" | "google";
  recipients: string[];
  message_id: string | null;
  from: string;
  to: string;
  subject: string;
  text: string | null;
  html: string | null;
  parts: MailPart[];
  links: string[];
}

/** Something that really came about at the stand-in Stripe. */
export interface StripeEffect {
  seq: number;
  kind: string;
  object: string;
  of: string | null;
  amount: number;
  currency: string;
}

/** The sandbox's API. */
export class Sandbox {
  /** Whether anything was changed that a later test must not meet. */
  touched = false;

  constructor(private readonly request: APIRequestContext) {}

  /** The address of one of its pages, for `page.goto`. */
  url(path: string): string {
    return new URL(path, sandboxUrl).href;
  }

  /** Adds somebody to the stand-in Google, with an empty calendar, and gives the address. */
  async addGoogleAccount(name: string, mark: string): Promise<string> {
    const email = `google-${mark}@sandbox.test`;
    const answer = await this.request.post(this.url("/api/control/accounts"), { data: { email, name } });
    await expectOk(answer);
    return email;
  }

  /** What stands in the account's own calendar about this customer, cancelled events too. */
  async events(account: string, customer: string): Promise<CalendarEvent[]> {
    const events = await this.allEvents(account);
    return events.filter((event) => event.summary?.endsWith(` with ${customer}`));
  }

  /** All that stands in the account's own calendar, cancelled events too. */
  async allEvents(account: string): Promise<CalendarEvent[]> {
    return this.list<CalendarEvent>(`/api/control/calendars/${encodeURIComponent(account)}/events`, "events", {});
  }

  /** Lets time pass at once, for TimeTap too. It cannot be taken back, for later tests either. */
  async letPass(minutes: number): Promise<void> {
    await this.post("/api/control/clock", { seconds: minutes * 60 });
  }

  /** Google answers nothing until it is plugged in again. */
  async unplugGoogle(): Promise<void> {
    await this.post("/api/control/unplug");
  }

  async plugGoogleIn(): Promise<void> {
    await this.post("/api/control/plug");
  }

  /** Puts a fault in force. */
  async breakWith(fault: Fault): Promise<void> {
    await this.post("/api/control/faults", fault);
  }

  /** Removes all faults and plugs Google in. */
  async healEverything(): Promise<void> {
    await expectOk(await this.request.delete(this.url("/api/control/faults")));
    await this.plugGoogleIn();
    await this.post("/api/control/stripe/plug");
    await this.post("/api/control/stripe/webhooks/release");
    this.touched = false;
  }

  /** Google no longer honours what the account allowed, as when its owner removes the app there. */
  async revokeGrant(account: string): Promise<void> {
    await this.post("/api/control/revoke-grant", { account });
  }

  /** The account's access tokens are refused from now on; refreshing them works. */
  async expireAccessTokens(account: string): Promise<void> {
    await this.post("/api/control/expire-access-tokens", { account });
  }

  /** What Google was asked, oldest first. */
  async ledger(query: LedgerQuery = {}): Promise<LedgerRow[]> {
    return this.list<LedgerRow>("/api/ledger", "rows", query);
  }

  /** The `seq` of the newest request, to later ask for those `after` it. */
  async newestSeq(): Promise<number> {
    return (await this.ledger()).at(-1)?.seq ?? 0;
  }

  /** Mails that TimeTap sent to this address, optionally only those whose subject contains some words. */
  async mails(to: string, subject?: string): Promise<Mail[]> {
    return this.list<Mail>("/api/mail", "mails", { to, subject, origin: "smtp" });
  }

  /** Invitations that Google sent to this address. */
  async invitations(to: string): Promise<Mail[]> {
    return this.list<Mail>("/api/mail", "mails", { to, origin: "google" });
  }

  /** Waits for a mail and gives the newest such. */
  async waitForMail(to: string, subject: string): Promise<Mail> {
    let found: Mail[] = [];
    await expect
      .poll(
        async () => {
          found = await this.mails(to, subject);
          return found.length;
        },
        { message: `a mail about "${subject}"`, timeout: 20_000 },
      )
      .toBeGreaterThan(0);
    return found.reduce((newest, mail) => (mail.id > newest.id ? mail : newest));
  }

  /** Something under the control of the stand-in Stripe, as `POST`. */
  async stripe(path: string, body?: unknown): Promise<void> {
    await this.post(`/api/control/stripe/${path}`, body);
  }

  /** What came about at the stand-in Stripe, oldest first. */
  async stripeEffects(kind: string): Promise<StripeEffect[]> {
    return this.list<StripeEffect>("/api/control/stripe/effects", "rows", { kind });
  }

  /** An object of the stand-in Stripe, whole. */
  async stripeObject<Shape>(id: string): Promise<Shape> {
    const answer = await expectOk(await this.request.get(this.url(`/api/control/stripe/objects/${id}`)));
    return (await answer.json()) as Shape;
  }

  /** Makes something by Stripe's own API, as somebody does in its dashboard; the id. */
  async makeAtStripe(path: string, fields: Record<string, string>): Promise<string> {
    const headers = { authorization: "Bearer sk_test_sandbox" };
    const answer = await expectOk(await this.request.post(this.url(`/stripe/v1/${path}`), { headers, form: fields }));
    return ((await answer.json()) as { id: string }).id;
  }

  private async list<Row>(path: string, field: string, query: object): Promise<Row[]> {
    const address = new URL(path, sandboxUrl);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) {
        address.searchParams.set(name, String(value));
      }
    }
    const answer = await expectOk(await this.request.get(address.href));
    const body = (await answer.json()) as Record<string, unknown>;
    const rows = body[field];
    if (!Array.isArray(rows)) {
      throw new Error(`${path} answered without a list of ${field}: ${JSON.stringify(body).slice(0, 200)}`);
    }
    return rows as Row[];
  }

  private async post(path: string, body?: unknown): Promise<void> {
    this.touched = true;
    await expectOk(await this.request.post(this.url(path), body === undefined ? {} : { data: body }));
  }
}

/** The first link in a mail whose path starts with `path`. */
export function linkIn(mail: Mail, path: string): string {
  const link = mail.links.find((candidate) => new URL(candidate).pathname.startsWith(path));
  if (link === undefined) {
    throw new Error(`"${mail.subject}" has no link to ${path}; it links to: ${mail.links.join(", ") || "nothing"}`);
  }
  return link;
}

async function expectOk(answer: APIResponse): Promise<APIResponse> {
  if (!answer.ok()) {
    throw new Error(`The sandbox answered ${answer.status()} at ${answer.url()}: ${(await answer.text()).slice(0, 400)}`);
  }
  return answer;
}
