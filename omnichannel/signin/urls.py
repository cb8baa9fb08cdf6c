"""Addresses for signing in and for one's own security; of allauth's, those that people here need and no others."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import path

from omnichannel.signin import views
from omnichannel.signin.views import in_portal, telling

sign_in = views.SignIn.as_view()
security = in_portal(views.security)

# allauth finds a page by the name that it has there; where it has none here, it does without.
urlpatterns = [
    path("sign-in/", sign_in, name="account_login"),
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-in/second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/deactivated/", account.account_inactive, name="account_inactive"),
    path("sign-in/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/with/<slug:provider_id>/", telling(oidc.login), name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back/", telling(oidc.callback), name="openid_connect_callback"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-out/", account.logout, name="sign-out"),
    path("security/", security, name="mfa_list_webauthn"),
    path("security/", security, name="mfa_index"),
    path("security/", security, name="security"),
    path("security/confirm/", in_portal(account.reauthenticate), name="account_reauthenticate"),
    path("security/confirm/code/", in_portal(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("security/confirm/passkey/", in_portal(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("security/confirm/again/", in_portal(views.sign_in_again), name="sign-in-again"),
    path("security/authenticator/", in_portal(totp.activate_totp), name="mfa_activate_totp"),
    path("security/authenticator/remove/", in_portal(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("security/recovery-codes/", in_portal(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "security/recovery-codes/new/", in_portal(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path("security/passkeys/add/", in_portal(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/", in_portal(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/remove/", in_portal(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("security/devices/<int:pk>/end/", in_portal(views.end_device), name="end-device"),
    path("security/devices/end/", in_portal(views.end_other_devices), name="end-other-devices"),
]
