WITH hurt AS (
  SELECT settlement_id, person_id, companion_id, icd10, external_cause, stated_cause, pledges_no_third_party, fund,
         visited_at, visited_at::DATE AS day, paid_yuan,
         CASE left(icd10, 2)
           WHEN 'S0' THEN 'S00' WHEN 'S1' THEN 'S10' WHEN 'S2' THEN 'S20' WHEN 'S3' THEN 'S30' WHEN 'S4' THEN 'S40'
           WHEN 'S5' THEN 'S50' WHEN 'S6' THEN 'S60' WHEN 'S7' THEN 'S70' WHEN 'S8' THEN 'S80' WHEN 'S9' THEN 'S90'
           ELSE CASE WHEN left(icd10, 3) <= 'T07' THEN 'T00' WHEN left(icd10, 3) <= 'T14' THEN 'T08'
                     WHEN left(icd10, 3) <= 'T19' THEN 'T15' WHEN left(icd10, 3) <= 'T32' THEN 'T20' ELSE 'T33' END
         END AS block
  FROM settlements WHERE icd10 >= 'S00' AND icd10 < 'T99'),
visits AS (
  SELECT *, sum(is_new) OVER (PARTITION BY person_id, block ORDER BY day, settlement_id
                              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS turn
  FROM (SELECT *, CASE WHEN day - lag(day) OVER (PARTITION BY person_id, block ORDER BY day, settlement_id) <= 30
                       THEN 0 ELSE 1 END AS is_new FROM hurt)),
claimed AS (
  SELECT person_id, block, turn, min(injured_on) AS injured_on, min(decided_on) FILTER (outcome <> 'pending') AS decided_on,
         bool_or(outcome <> 'refused') AS is_claimed
  FROM (SELECT person_id, block, turn, min(day) AS first_day, max(day) AS last_day FROM visits GROUP BY ALL) s
  JOIN injury_claims c USING (person_id)
  WHERE first_day - injured_on <= 30 AND injured_on <= last_day GROUP BY ALL),
injuries AS (
  SELECT person_id, block, turn, min(visited_at) AS first_seen_at, min(day) AS first_day, min(companion_id) AS companion_id,
         sum(paid_yuan)::BIGINT AS amount_fen, coalesce(min(injured_on), min(day)) AS injury_day,
         coalesce(bool_or(is_claimed), false) AS is_claimed, list_sort(list(settlement_id)) AS settlement_ids,
         bool_or(external_cause IS NULL) AS no_cause, bool_or(external_cause LIKE 'V%') AS traffic,
         bool_or(external_cause LIKE 'W3%' OR left(external_cause, 3) IN ('W20', 'W22', 'W24', 'W26', 'W27', 'W28', 'W29', 'W40', 'W44', 'W45', 'W49')) AS of_work,
         bool_or(left(external_cause, 3) IN ('W01', 'W06', 'W07', 'W08', 'W10', 'W18', 'W21', 'W50', 'W51', 'Y93')) AS leisure,
         min(stated_cause) <> max(stated_cause) AS changes, bool_or(fund = 'employee_medical') AS employee,
         bool_or(pledges_no_third_party) AS pledge,
         bool_or(left(icd10, 3) IN ('S05', 'T15', 'T26')) AS eye, bool_or(left(icd10, 3) IN ('S57', 'S67', 'S68', 'S97')) AS crush,
         bool_or(left(icd10, 3) IN ('T23', 'T20', 'T22', 'T54')) AS burn, bool_or(left(icd10, 3) IN ('S06', 'S12', 'S22', 'S32', 'S72')) AS fall
  FROM visits LEFT JOIN claimed USING (person_id, block, turn) WHERE decided_on IS NULL OR day < decided_on GROUP BY ALL),
shifts AS (
  SELECT i.person_id, block, turn, bool_or(first_seen_at <= shift_end_at) AS is_in,
         min(date_diff('minute', shift_end_at, first_seen_at)) AS minutes_after, min(employer_id) AS employer_id
  FROM injuries i JOIN attendance a USING (person_id)
  WHERE shift_start_at <= first_seen_at AND first_seen_at <= shift_end_at + INTERVAL 6 HOUR GROUP BY ALL),
jobs AS (
  SELECT i.person_id, i.block, i.turn,
         min_by(struct_pack(employer_id := e.employer_id, industry := e.industry),
                struct_pack(a := CASE WHEN e.employer_id = s.employer_id THEN 0 ELSE 1 END, b := -(e.from_on - DATE '2000-01-01'), c := e.employer_id)) AS j
  FROM injuries i JOIN employments e USING (person_id) LEFT JOIN shifts s USING (person_id, block, turn)
  WHERE e.from_on <= injury_day AND (e.until_on IS NULL OR e.until_on >= injury_day) GROUP BY ALL),
facts AS (
  SELECT i.*, coalesce(j.j.employer_id, s.employer_id) AS employer_id, j.j.industry AS industry, s.is_in, s.minutes_after,
         EXISTS (SELECT 1 FROM employments e WHERE e.person_id = i.companion_id AND e.employer_id = j.j.employer_id
                 AND i.companion_id <> i.person_id AND e.from_on <= i.injury_day AND (e.until_on IS NULL OR e.until_on >= i.injury_day)) AS mate,
         count(*) OVER (PARTITION BY coalesce(j.j.employer_id, s.employer_id) ORDER BY injury_day
                        RANGE BETWEEN INTERVAL 90 DAYS PRECEDING AND INTERVAL 90 DAYS FOLLOWING)
           - count(*) OVER (PARTITION BY coalesce(j.j.employer_id, s.employer_id), i.person_id ORDER BY injury_day
                        RANGE BETWEEN INTERVAL 90 DAYS PRECEDING AND INTERVAL 90 DAYS FOLLOWING) AS others
  FROM injuries i LEFT JOIN shifts s USING (person_id, block, turn) LEFT JOIN jobs j USING (person_id, block, turn)),
flagged AS (
  SELECT *, coalesce(is_in, false) AS f1, coalesce(NOT is_in AND minutes_after <= 360, false) AS f2,
         coalesce((eye AND industry[1] IN ('B', 'C', 'E')) OR (crush AND industry[1] IN ('B', 'C', 'E'))
           OR (burn AND industry[1] IN ('C', 'D')) OR (fall AND industry[1] IN ('B', 'E')), false) AS f3,
         coalesce(industry[1] IN ('B', 'C', 'D', 'E') OR industry LIKE 'G54%', false) AS f4, mate AS f5,
         coalesce(of_work, false) AS f6, no_cause AS f7, coalesce(traffic, false) AS f8, coalesce(leisure, false) AS f9,
         coalesce(changes, false) AS f10, coalesce(employee, false) AS f11, coalesce(pledge, false) AS f12,
         employer_id IS NOT NULL AND others >= 2 AS f13, is_claimed AS f14 FROM facts),
scored AS (
  SELECT *, least(100, greatest(0, 35 * f1::INT + 15 * f2::INT + 20 * f3::INT + 10 * f4::INT + 15 * f5::INT + 15 * f6::INT
    + 10 * f7::INT - 30 * f8::INT - 25 * f9::INT + 10 * f10::INT + 5 * f11::INT + 5 * f12::INT + 5 * f13::INT + 25 * f14::INT)) AS score
  FROM flagged)
SELECT left(md5(concat('injury-settled-as-medical', '|', person_id, '|', block, '|', first_day)), 16) AS clue_id, person_id,
       settlement_ids, score,
       list_filter([CASE WHEN f1 THEN 'in_shift' END, CASE WHEN f2 THEN 'after_shift' END, CASE WHEN f3 THEN 'work_typical' END,
         CASE WHEN f4 THEN 'risky_industry' END, CASE WHEN f5 THEN 'colleague_came' END, CASE WHEN f6 THEN 'cause_of_work' END,
         CASE WHEN f7 THEN 'cause_missing' END, CASE WHEN f8 THEN 'cause_of_traffic' END, CASE WHEN f9 THEN 'cause_of_leisure' END,
         CASE WHEN f10 THEN 'story_changes' END, CASE WHEN f11 THEN 'employee_fund' END, CASE WHEN f12 THEN 'pledge_signed' END,
         CASE WHEN f13 THEN 'others_hurt' END, CASE WHEN f14 THEN 'claim_filed' END], lambda x: x IS NOT NULL) AS reasons,
       amount_fen, employer_id, first_seen_at, (injury_day + INTERVAL 1 YEAR)::DATE AS worker_may_claim_until
FROM scored WHERE score >= 60
