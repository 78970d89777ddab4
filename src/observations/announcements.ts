import type { Announcement, StageObservation, ValidationObservation } from './contract.ts';

type Validation = Pick<ValidationObservation, 'connectionId' | 'stages'>;

/** What validations revealed, the last of each connection. Older ones are looked up when somebody asks for the first time. */
export class Announcements {
  readonly #earlier: () => Iterable<Validation>;
  #known: Map<string, readonly Announcement[]> | undefined;

  /** `earlier`: the validations so far, in order. */
  constructor(earlier: () => Iterable<Validation>) {
    this.#earlier = earlier;
  }

  of(connectionId: string): readonly Announcement[] {
    if (this.#known === undefined) {
      this.#known = new Map();
      for (const validation of this.#earlier()) this.ended(validation);
    }
    return this.#known.get(connectionId) ?? [];
  }

  ended({ connectionId, stages }: Validation): void {
    const announcements = stages.filter(isAnnouncement);
    if (announcements.length > 0) this.#known?.set(connectionId, announcements);
  }
}

const isAnnouncement = (stage: StageObservation): stage is Announcement => stage.announced !== undefined;
