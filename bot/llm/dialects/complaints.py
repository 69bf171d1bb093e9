"""What servers complain of, by their words: no such model, no quota, no key, a filter, a guard.

Servers say it under all sorts of statuses; what a status adds is decided where it is known.
"""

import re
from collections.abc import Callable

from bot.errors import ContentFiltered, KeyRefused, ModelError, ModelNotFound, QuotaUsedUp
from bot.llm.dialects.dialect import or_failed

A_PAGE = "a page came in the place of the API's answer"


def _words(pattern: str, error: type[ModelError] = ModelError) -> Callable[[str], object]:
    return re.compile(or_failed(pattern, error), re.IGNORECASE).search


no_quota = _words(
    r"insufficient[ _](?:user[ _])?(?:quota|balance|credits?|funds)|billing_(?:hard_limit|not_active)"
    r"|billing hard limit|credit balance|balance (?:is )?(?:too low|insufficient|not enough)|arrearage"
    r"|(?:key|spend(?:ing)?|credit|budget) limit (?:exceeded|reached)|budget has been exceeded"
    r"|reach(?:ed|ing) .{0,40}(?:spending|usage) limits?\b|exceeded ?token ?budget"
    r"|exceeded_current_quota_error|quota is not enough|allocationquota"
    r"|used all available credits|credits (?:are|have been) (?:depleted|exhausted|used up)|out of credits"
    r"|(?:does(?:n't| not) have|without) any credits"
    r"|account .{0,60}(?:suspended|not active|not in good standing)"
    r"|out of funds|exceeded (?:its|your|the) budget|billing .{0,30}(?:disabled|inactive|past due)"
    r"|余额不足|额度不足|额度已用尽|欠费",
    QuotaUsedUp,
)
too_large = _words(r"request too large")
bad_key = _words(
    r"invalid_api_key|api[ _]key (?:is |was |has been )?"
    r"(?:not valid|not found|missing|expired|revoked|disabled|reported)"
    r"|(?:incorrect|invalid) (?:x-)?api[- ]key|(?:missing|pass a valid|provide an) api key"
    r"|authentication (?:error|failed)|location is not supported",
    KeyRefused,
)
no_model = _words(
    r"model_not_(?:found|supported)|model.{0,160}(?:not exist|not found)|not a valid model|invalid model name"
    r"|models?(?:/| )?['\"`]?[\w./:@-]*['\"`]? is (?:not (?:supported|available)|no longer available)"
    r"|model identifier is invalid|model access denied"
    r"|no (?:access to model|such model|available channel)"
    r"|model.{0,160}(?:decommissioned|retired)|could not find model|deploymentnotfound|not a chat model"
    r"|(?:unknown|unsupported|unavailable) model(?: name| id)? ?[:='\"`]|unable to access .{0,20}model"
    r"|does(?: not|n't) (?:support chat|work with the specified model)|model requires a subscription"
    r"|model ['\"`]?[\w./:@-]+['\"`]? (?:is not (?:allowed|permitted|enabled)|(?:has been|was) deprecated)"
    r"|not allowed to (?:access|use|sample from) .{0,20}model|api deployment .{0,30}not exist"
    r"|suitable inference handler|please specify a model|model is required|not found for account"
    r"|模型不存在|无可用渠道",
    ModelNotFound,
)
# Under a status that says that the server failed it takes more than these words standing together.
plainly_no_model = _words(
    r"model_not_found|could not find (?:the |real )?model|\bmodel (?:name |id )?['\"`]?[\w./:@-]*['\"`]? ?"
    r"(?:is |was |could )?(?:not (?:be )?(?:found|loaded|available|exist)|does(?: not|n't) exist)"
    r"|no models? (?:is |are |has been )?(?:currently )?loaded|(?:unknown|invalid) model(?: name)?\b"
)
# Of gateways that look for a server that has the model, and of servers that load one at a time.
nobody_has_it = _words(
    r"model_not_found|no available channel for model|无可用渠道|no models? (?:is |are )?(?:currently )?loaded"
)
no_such_path = _words(r"unexpected endpoint|(?:invalid|unknown request) url|unknown_url|method not allowed")
too_often = _words(r"\brate[ _-]?limit(?:ed\b|.{0,20}(?:exceeded|reached))|\btoo many requests")
failed = _words(r"model (?:has )?(?:crashed|unloaded)|(?:failed to|could not|couldn't) load (?:the )?model")
guarded = _words(rf"^{A_PAGE}|\berror code: 1\d\d\d\b")  # by a proxy before the server, such as Cloudflare's
loads = _words(r"\bloading\b|\bwarming up\b|still (?:starting|initiali[sz]ing)")
filtered = _words(
    r"content[ _](?:filter|policy|management|blocked)|invalid_prompt|moderation|prohibited_content"
    r"|content exists risk|safety system|data_inspection_failed|inappropriate content|considered high risk"
    r"|(?:sensitive|unsafe) (?:content|information|words)|sensitivecontent|(?:prompt|input) was blocked"
    r"|violat\w+ .{0,20}(?:usage|content|safety|community|guardrail) (?:guideline|polic)"
    r"|(?:blocked|flagged|rejected) by .{0,30}(?:guardrail|safety|filter)|敏感|不安全",
    ContentFiltered,
)
